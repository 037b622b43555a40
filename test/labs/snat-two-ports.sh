# SNAT to an address with two ports, and three flows to one server.
# Lesson: a port of the range that is free is kept or taken; when none is left the packet is dropped without a word.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip -n r link add lan type bridge
ip -n r addr add 10.1.0.1/24 dev lan
ip -n r link set lan up
ip link add eth0 netns a type veth peer name pa netns r
ip -n r link set pa master lan
ip -n r link set pa up
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.1.0.1
ip link add eth0 netns b type veth peer name pb netns r
ip -n r link set pb master lan
ip -n r link set pb up
ip -n b addr add 10.1.0.3/24 dev eth0
ip -n b link set eth0 up
ip -n b route add default via 10.1.0.1
ip link add eth0 netns s type veth peer name wan netns r
ip -n s addr add 192.0.2.9/24 dev eth0
ip -n r addr add 192.0.2.1/24 dev wan
ip -n s link set eth0 up
ip -n r link set wan up
ip -n s route add default via 192.0.2.1
ip -n r addr add 192.0.2.20/32 dev wan
ip netns exec r iptables -t nat -A POSTROUTING -o wan -p udp -j SNAT --to-source 192.0.2.20:5000-5001
ip netns exec r iptables -t nat -A POSTROUTING -o wan -p tcp -j SNAT --to-source 192.0.2.20
# --- traffic ---
echo 1 | ip netns exec a timeout 0.3 nc -u -p 5001 192.0.2.9 53
echo 2 | ip netns exec b timeout 0.3 nc -u -p 5001 192.0.2.9 53
echo 3 | ip netns exec a timeout 0.3 nc -u -p 40003 192.0.2.9 53
ip netns exec r conntrack -L -p udp --reply-port-dst 5000
ip netns exec s timeout 2 nc -l 80 &
sleep 0.2
echo hi | ip netns exec b timeout 0.7 nc -N -p 40004 192.0.2.9 80
wait
