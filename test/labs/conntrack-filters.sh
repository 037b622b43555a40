# The connection table asked by every kind of filter.
# Lesson: filters look at what stands in the table, in either direction; of ICMP each entry counts as translated, for its identifier is taken for a port.
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name r1 netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n a link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns b type veth peer name r2 netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev r2
ip -n b link set eth0 up
ip -n r link set r2 up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip netns exec r iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80
ip netns exec r iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 10.2.0.1
ip netns exec r iptables -t mangle -A PREROUTING -p udp -j CONNMARK --set-mark 7
ip netns exec r sysctl -qw net.netfilter.nf_conntrack_acct=1
# --- traffic ---
ip netns exec b timeout 4 nc -lk 80 &
ip netns exec b timeout 4 nc -u -lk 53 &
sleep 0.2
echo x | ip netns exec a timeout 0.7 nc -N -p 40001 10.1.0.1 8080
echo x | ip netns exec a timeout 0.3 nc -u -p 40002 10.2.0.2 53
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L -p tcp
ip netns exec r conntrack -L -p tcp -o extended
ip netns exec r conntrack -L -p udp -o id
ip netns exec r conntrack -L -m 7
ip netns exec r conntrack -L -s 10.1.0.2 -p icmp
ip netns exec r conntrack -L -d 10.1.0.1 -p tcp
ip netns exec r conntrack -L -r 10.2.0.2 -p tcp
ip netns exec r conntrack -L -q 10.2.0.1 -p udp
ip netns exec r conntrack -L -n -p udp
ip netns exec r conntrack -L -g -p tcp
ip netns exec r conntrack -L --dst-nat -p tcp
ip netns exec r conntrack -L --src-nat -p icmp
ip netns exec r conntrack -L -n 10.2.0.1 -p udp
ip netns exec r conntrack -L -g 10.9.9.9 -p tcp
ip netns exec r conntrack -L -j -p icmp
ip netns exec r conntrack -L -p tcp --state TIME_WAIT
ip netns exec r conntrack -L -p tcp --dport 8080
ip netns exec r conntrack -L -p tcp --orig-port-dst 8080
ip netns exec r conntrack -L -p tcp -u ASSURED
ip netns exec r conntrack -L -u UNREPLIED
ip netns exec r conntrack -D -p udp --dport 54
ip netns exec r conntrack -D -p udp --dport 53
ip netns exec r conntrack -D -s 10.1.0.2 -p icmp
ip netns exec r conntrack -C
ip netns exec r conntrack -L -f ipv4 -p sctp
ip netns exec r conntrack -F
ip netns exec r conntrack -L
ip netns exec r conntrack -D -p tcp
wait
