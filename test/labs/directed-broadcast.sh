# A packet for the broadcast address of a network behind a router.
# Lesson: to the router it is its own address and goes no further; with bc_forwarding on it is sent on as a broadcast frame, TTL less one.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add sw
ip netns exec sw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n sw link set lo up
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
ip link add eth0 netns a type veth peer name r1 netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n a link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns r type veth peer name pr netns sw
ip -n sw link set pr master br0
ip -n sw link set pr up
ip -n r addr add 10.2.0.1/24 dev eth0
ip -n r link set eth0 up
ip link add eth0 netns b type veth peer name pb netns sw
ip -n sw link set pb master br0
ip -n sw link set pb up
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n b link set eth0 up
ip -n b route add default via 10.2.0.1
ip link add eth0 netns c type veth peer name pc netns sw
ip -n sw link set pc master br0
ip -n sw link set pc up
ip -n c addr add 10.2.0.3/24 dev eth0
ip -n c link set eth0 up
ip -n c route add default via 10.2.0.1
ip -n a route add default via 10.1.0.1
ip netns exec b sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec c sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=1
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.255
ip netns exec r sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec a ping -c1 -W1 10.2.0.255
ip netns exec r sysctl -w net.ipv4.conf.all.bc_forwarding=1
ip netns exec a ping -c1 -W1 10.2.0.255
ip netns exec r sysctl -w net.ipv4.conf.r1.bc_forwarding=1
ip netns exec a ping -c1 -W1 10.2.0.255
ip netns exec a ping -c1 -W1 10.2.0.0
ip netns exec a ping -c1 -W1 10.1.0.255
ip netns exec b timeout 1 nc -u -l 9000 &
sleep 0.2
echo hi | ip netns exec a timeout 0.7 nc -u -w1 -p 40001 10.2.0.255 9000
wait
