# A host rejects what its own traceroute sends.
# Lesson: the error is there before sendto() returns, so the socket still hears of it, and it counts as none that nobody knows.
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
ip -n b link set eth0 up
ip -n r link set d2 up
ip -n a route add default via 10.0.1.1
ip -n b route add default via 10.0.2.1
ip netns exec a iptables -A OUTPUT -p udp -j REJECT
# --- traffic ---
ip netns exec a traceroute -n -q1 -N1 -m3 -w0.4 10.0.2.2
