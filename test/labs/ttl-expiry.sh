# Three routers in a row and a probe that dies at each: ping with a small TTL, and traceroute.
# Lesson: the router that would take the TTL to zero answers 11/0 and quotes it as it arrived; FORWARD never sees the packet.
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
ip link add eth0 netns c type veth peer name left netns r1
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r1 addr add 10.1.0.1/24 dev left
ip -n c link set eth0 up
ip -n r1 link set left up
ip link add right netns r1 type veth peer name left netns r2
ip -n r1 addr add 10.2.0.1/24 dev right
ip -n r2 addr add 10.2.0.2/24 dev left
ip -n r1 link set right up
ip -n r2 link set left up
ip link add right netns r2 type veth peer name eth0 netns s
ip -n r2 addr add 10.3.0.1/24 dev right
ip -n s addr add 10.3.0.2/24 dev eth0
ip -n r2 link set right up
ip -n s link set eth0 up
ip -n c route add default via 10.1.0.1
ip -n r1 route add 10.3.0.0/24 via 10.2.0.2
ip -n r2 route add 10.1.0.0/24 via 10.2.0.1
ip -n s route add default via 10.3.0.1
ip netns exec r1 iptables -t mangle -A PREROUTING -p icmp
ip netns exec r1 iptables -A FORWARD -p icmp
ip netns exec r1 iptables -A OUTPUT -p icmp
# --- traffic ---
ip netns exec c ping -c1 -W1 10.3.0.2
ip netns exec c ping -c1 -W1 -t 1 10.3.0.2
ip netns exec c ping -c1 -W1 -t 2 10.3.0.2
ip netns exec c traceroute -n -q 1 -N 1 -w 1 10.3.0.2
