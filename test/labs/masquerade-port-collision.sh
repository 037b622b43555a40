# Two clients behind one address use the same source port towards one server.
# Lesson: the first keeps its port, the second gets one by chance; towards another server the port is free again; the answers find their way.
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
ip -n s addr add 192.0.2.10/24 dev eth0
ip netns exec r iptables -t nat -A POSTROUTING -o wan -j MASQUERADE
# --- traffic ---
ip netns exec s timeout 3 nc -u -l -k 53 &
sleep 0.2
echo one | ip netns exec a timeout 0.3 nc -u -p 40001 192.0.2.9 53
echo two | ip netns exec b timeout 0.3 nc -u -p 40001 192.0.2.9 53
echo three | ip netns exec b timeout 0.3 nc -u -p 40001 192.0.2.10 53
ip netns exec s timeout 2 nc -l 80 &
sleep 0.2
ip netns exec a timeout 0.7 nc -z -p 40005 192.0.2.9 80
ip netns exec b timeout 0.7 nc -z -p 40005 192.0.2.9 80
wait
