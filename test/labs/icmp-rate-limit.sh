# A router that must refuse one packet after the other: first it answers each, then it falls silent.
# Lesson: refusing a route and sending the ICMP error draw on one allowance per host asked for; other hosts have their own.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add d
ip netns exec d sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n d link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns c type veth peer name c0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip link add eth0 netns d type veth peer name d0 netns r
ip -n d addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev d0
ip -n d link set eth0 up
ip -n r link set d0 up
ip -n c route add default via 10.1.0.1
ip -n d route add default via 10.2.0.1
ip -n r route add unreachable 10.21.0.0/16
ip netns exec r iptables -A FORWARD -p udp -j REJECT
# --- traffic ---
ip netns exec c ping -c1 -W1 10.21.0.1
ip netns exec c ping -c1 -W1 10.21.0.2
ip netns exec c ping -c1 -W1 10.21.0.3
ip netns exec d ping -c1 -W1 10.21.0.1
sleep 3
ip netns exec c ping -c1 -W1 10.21.0.4
