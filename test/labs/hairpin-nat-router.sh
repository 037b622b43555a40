# A server behind a router is asked by its outside address: from outside, from its neighbour, by itself, by the router.
# Lesson: the neighbour hears a stranger and resets, until the router masquerades what it sends back into the same network; OUTPUT knows no such rule.
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip netns add out
ip netns exec out sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n out link set lo up
ip -n r link add lan type bridge
ip -n r addr add 10.1.0.1/24 dev lan
ip -n r link set lan up
ip link add eth0 netns c type veth peer name pc netns r
ip -n r link set pc master lan
ip -n r link set pc up
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n c link set eth0 up
ip -n c route add default via 10.1.0.1
ip link add eth0 netns s type veth peer name ps netns r
ip -n r link set ps master lan
ip -n r link set ps up
ip -n s addr add 10.1.0.3/24 dev eth0
ip -n s link set eth0 up
ip -n s route add default via 10.1.0.1
ip link add eth0 netns out type veth peer name wan netns r
ip -n out addr add 192.0.2.9/24 dev eth0
ip -n r addr add 192.0.2.1/24 dev wan
ip -n out link set eth0 up
ip -n r link set wan up
ip netns exec r iptables -t nat -A PREROUTING -d 192.0.2.1 -p tcp --dport 80 -j DNAT --to-destination 10.1.0.3:8080
ip netns exec r sysctl -qw net.ipv4.conf.lan.send_redirects=1
# --- traffic ---
ip netns exec s timeout 5 nc -lk 8080 &
sleep 0.2
echo a | ip netns exec out timeout 0.7 nc -N -p 40001 192.0.2.1 80
echo b | ip netns exec c timeout 0.7 nc -N -p 40002 192.0.2.1 80
ip netns exec r iptables -t nat -A POSTROUTING -s 10.1.0.0/24 -d 10.1.0.0/24 -j MASQUERADE
echo c | ip netns exec c timeout 0.7 nc -N -p 40003 192.0.2.1 80
echo d | ip netns exec s timeout 0.7 nc -N -p 40004 192.0.2.1 80
echo e | ip netns exec r timeout 0.7 nc -N -p 40005 192.0.2.1 80
