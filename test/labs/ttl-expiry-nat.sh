# A published port and a TTL that runs out: before the translation, at the router that translates, and behind it.
# Lesson: the router that would forward with TTL 0 answers with the packet as it came: DNAT is done, but undone in what it quotes.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r1
ip netns exec r1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r1 link set lo up
ip netns add r2
ip netns exec r2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r2 link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip link add eth0 netns c type veth peer name c0 netns r1
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r1 addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r1 link set c0 up
ip link add x0 netns r1 type veth peer name x0 netns r2
ip -n r1 addr add 10.5.0.1/24 dev x0
ip -n r2 addr add 10.5.0.2/24 dev x0
ip -n r1 link set x0 up
ip -n r2 link set x0 up
ip link add s0 netns r2 type veth peer name eth0 netns s
ip -n r2 addr add 10.2.0.1/24 dev s0
ip -n s addr add 10.2.0.2/24 dev eth0
ip -n r2 link set s0 up
ip -n s link set eth0 up
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip -n r1 route add 10.2.0.0/24 via 10.5.0.2
ip -n r2 route add 10.1.0.0/24 via 10.5.0.1
ip netns exec r1 iptables -t nat -A PREROUTING -d 203.0.113.1 -j DNAT --to-destination 10.2.0.2
ip netns exec r1 iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# --- traffic ---
ip netns exec c ping -c1 -W1 203.0.113.1
ip netns exec c ping -c1 -W1 -t 1 203.0.113.1
ip netns exec c ping -c1 -W1 -t 2 203.0.113.1
ip netns exec c ping -c1 -W1 -t 3 203.0.113.1
ip netns exec c traceroute -n -q1 -w1 -m4 203.0.113.1
ip netns exec r1 iptables -t mangle -A PREROUTING -p icmp -j TTL --ttl-set 1
ip netns exec c ping -c1 -W1 203.0.113.1
