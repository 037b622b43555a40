# ping tells how many requests were on their way at once.
# Lesson: an answer that comes after the next request makes the pipe longer.
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
# --- traffic ---
ip netns exec a ping -c3 -i0.2 -W5 10.2.0.9
ip netns exec a ping -c3 -i0.2 -W1 10.2.0.2
ip netns exec a ping -c2 -i0.2 -W1 -t1 10.2.0.2
ip netns exec a ping -c2 -i0.3 -W5 10.1.0.9
