# Each kind of REJECT in each of its three hooks.
# Lesson: in OUTPUT the sender itself gets the answer, over lo; a ping in pieces is answered once; nothing answers an ICMP error or a broadcast.
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
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -A $chain -p udp -m udp --dport 500 -j REJECT --reject-with icmp-net-unreachable; ip netns exec r iptables -A $chain -p udp -m udp --dport 501 -j REJECT --reject-with icmp-host-unreachable; ip netns exec r iptables -A $chain -p udp -m udp --dport 502 -j REJECT --reject-with icmp-proto-unreachable; ip netns exec r iptables -A $chain -p udp -m udp --dport 503 -j REJECT --reject-with icmp-port-unreachable; ip netns exec r iptables -A $chain -p udp -m udp --dport 504 -j REJECT --reject-with icmp-net-prohibited; ip netns exec r iptables -A $chain -p udp -m udp --dport 505 -j REJECT --reject-with icmp-host-prohibited; ip netns exec r iptables -A $chain -p udp -m udp --dport 506 -j REJECT --reject-with icmp-admin-prohibited; ip netns exec r iptables -A $chain -p tcp -m tcp --dport 507 -j REJECT --reject-with tcp-reset; ip netns exec r iptables -A $chain -p tcp -m tcp --dport 508 -j REJECT --reject-with icmp-host-prohibited; ip netns exec r iptables -A $chain -p icmp --icmp-type 3 -j REJECT; ip netns exec r iptables -A $chain -p icmp -m length --length 100: -j REJECT; done
ip netns exec r sysctl -qw net.ipv4.icmp_ratelimit=0
ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=0
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -p 40000 10.1.0.1 500
echo x | ip netns exec a nc -u -w1 -p 40002 10.1.0.1 502
echo x | ip netns exec a nc -u -w1 -p 40006 10.1.0.1 506
echo x | ip netns exec a nc -u -w1 -p 40101 10.2.0.2 501
echo x | ip netns exec a nc -u -w1 -p 40103 10.2.0.2 503
echo x | ip netns exec a nc -u -w1 -p 40105 10.2.0.2 505
echo x | ip netns exec r nc -u -w1 -p 40203 10.2.0.2 503
echo x | ip netns exec r nc -u -w1 -p 40204 10.2.0.2 504
timeout 0.7 ip netns exec a nc -p 41007 10.1.0.1 507
timeout 0.7 ip netns exec a nc -p 41008 10.1.0.1 508
timeout 0.7 ip netns exec a nc -p 41107 10.2.0.2 507
timeout 0.7 ip netns exec a nc -p 41108 10.2.0.2 508
timeout 0.7 ip netns exec r nc -p 41207 10.2.0.2 507
timeout 0.7 ip netns exec r nc -p 41208 10.2.0.2 508
echo x | ip netns exec a nc -u -w1 -p 42000 10.2.0.2 600
ip netns exec a ping -c1 -W1 -s 3000 10.2.0.2
ip netns exec a ping -c1 -W1 -s 200 10.1.0.1
ip netns exec r ping -c1 -W1 -s 200 10.2.0.2
echo x | ip netns exec a nc -u -b -w1 -p 42001 10.1.0.255 503
