# Connections in a zone, translated, with their errors.
# Lesson: translation, errors and answers all happen inside the zone; conntrack prints and deletes by zone.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name ra netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev ra
ip -n a link set eth0 up
ip -n r link set ra up
ip link add eth0 netns b type veth peer name rb netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rb
ip -n b link set eth0 up
ip -n r link set rb up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip netns exec r iptables -t raw -A PREROUTING -i ra -j CT --zone 1
ip netns exec r iptables -t raw -A PREROUTING -i rb -j CT --zone 1
ip netns exec r iptables -t raw -A OUTPUT -j CT --zone 1
ip netns exec r iptables -t nat -A POSTROUTING -o rb -j MASQUERADE
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7001 -j DNAT --to-destination 10.2.0.2:9
ip netns exec r iptables -A FORWARD -m conntrack --ctstate RELATED
ip netns exec r iptables -A INPUT -m conntrack --ctstate NEW
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 7001
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 53
ip netns exec a ping -c1 -W1 -t 1 10.2.0.2
ip netns exec r ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L -p icmp --orig-src 10.2.0.1
ip netns exec r conntrack -L -w 1 -p udp --dport 53
ip netns exec r conntrack -L -w 2
ip netns exec r conntrack -D -w 1 -p udp --dport 53
ip netns exec r conntrack -L -p udp
