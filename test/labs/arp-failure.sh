# A router has a route but nobody answers its ARP requests.
# Lesson: while the device is down there is no route; then three requests, a second apart; then 3/1 for each waiting packet, quoted with the TTL already taken; the local caller hears the same.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns c type veth peer name c0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip -n r link add lan type bridge
ip -n r addr add 10.2.0.1/24 dev lan
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip link add eth0 netns s type veth peer name vs netns r
ip -n r link set vs master lan
ip -n r link set vs up
ip -n s addr add 10.2.0.9/24 dev eth0
ip -n s link set eth0 up
ip -n s route add default via 10.2.0.1
ip -n c route add default via 10.1.0.1
# --- traffic ---
ip netns exec c ping -c1 -W4 10.2.0.2
ip -n r link set lan up
ip netns exec c ping -c1 -W4 10.2.0.2
ip netns exec r ping -c1 -W4 10.2.0.3
