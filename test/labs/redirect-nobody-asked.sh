# A router tells a host of a better way for its answer, of which no socket knows any more.
# Lesson: a redirect about TCP or UDP without a socket counts as an error, and is not believed.
ip netns add lan
ip netns exec lan sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n lan link set lo up
ip -n lan link add br0 type bridge
ip -n lan link set br0 up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add pr address 02:00:00:00:01:01 netns lan type veth peer name eth0 netns r
ip -n lan link set pr master br0
ip -n lan link set pr up
ip -n r addr add 10.0.1.1/24 dev eth0
ip -n r link set eth0 up
ip link add pa address 02:00:00:00:01:02 netns lan type veth peer name eth0 netns a
ip -n lan link set pa master br0
ip -n lan link set pa up
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n a link set eth0 up
ip link add pb address 02:00:00:00:01:03 netns lan type veth peer name eth0 netns b
ip -n lan link set pb master br0
ip -n lan link set pb up
ip -n b addr add 10.0.2.3/24 dev eth0
ip -n b link set eth0 up
ip -n r addr add 10.0.2.1/24 dev eth0
ip -n a route add default via 10.0.1.1
ip -n b route add default via 10.0.2.1
# --- traffic ---
echo ask | ip netns exec a timeout 0.5 nc -N -p 41001 10.0.2.3 80
sleep 1
ip netns exec a ping -c1 -W0.5 10.0.2.3
sleep 1
echo ask | ip netns exec b timeout 0.5 nc -u -W1 -p 42001 10.0.1.2 80
