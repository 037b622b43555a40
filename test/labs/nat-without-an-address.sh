# Translation to the address of a device that has none.
# Lesson: masquerading takes an address of another device then, while REDIRECT has no destination to give and drops.
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
ip -n b link set eth0 up
ip -n r link set rb up
ip -n a route add default via 10.1.0.1
ip -n r link set rb address 02:00:00:00:00:0b
ip -n b route add default dev eth0
ip -n b neigh add 10.1.0.2 lladdr 02:00:00:00:00:0b dev eth0
ip -n r route add 10.2.0.0/24 dev rb
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp -j MASQUERADE
ip netns exec r iptables -t nat -A PREROUTING -i rb -p udp --dport 7001 -j REDIRECT
ip netns exec r iptables -t nat -A PREROUTING -i rb -p icmp -d 10.1.0.2 -j REDIRECT
ip netns exec r iptables -A INPUT -p udp
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
ip netns exec a ping -c1 -W1 10.2.0.2
echo x | ip netns exec b nc -u -w1 -p 40002 10.1.0.1 7001
ip netns exec b ping -c1 -W1 10.1.0.2
echo x | ip netns exec r nc -u -w1 -p 40003 10.2.0.2 9
