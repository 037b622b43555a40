# A path gets narrow behind the router; a host hears of it by ping, by UDP with a peer, and by UDP packets that nobody has a socket for any more.
# Lesson: `ip route show cache` tells of a path MTU only when somebody has gone by it since; without a socket nothing is learned.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns a type veth peer name d1 netns r
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev d1
ip -n a link set eth0 up
ip -n r link set d1 up
ip link add eth0 netns b type veth peer name d2 netns r
ip -n b addr add 10.0.2.2/24 dev eth0
ip -n r addr add 10.0.2.1/24 dev d2
ip -n b link set eth0 mtu 1000 up
ip -n r link set d2 mtu 1000 up
ip -n a route add default via 10.0.1.1
ip -n b route add default via 10.0.2.1
ip -n r addr add 10.0.2.3/24 dev d2
ip -n b addr add 10.0.2.4/24 dev eth0
ip -n b addr add 10.0.2.5/24 dev eth0
# --- traffic ---
ip netns exec a ping -c1 -W1 -s 1400 10.0.2.2
ip -n a route show cache
sleep 1
ip netns exec a ping -c1 -W1 -s 10 10.0.2.2
sleep 1
ip netns exec a ping -c1 -W1 -s 1400 10.0.2.4
