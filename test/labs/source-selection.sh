# Which source address a host takes: primary and secondary addresses, a /32, src of a route, and an explicit choice.
# Lesson: the route's src first, then the first address of the outgoing device's subnet that holds the next hop.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add e1 netns a type veth peer name e1 netns b
ip -n a addr add 10.1.0.1/24 dev e1
ip -n b addr add 10.1.0.2/24 dev e1
ip -n a link set e1 up
ip -n b link set e1 up
ip link add e2 netns a type veth peer name e2 netns b
ip -n a addr add 10.2.0.1/24 dev e2
ip -n b addr add 10.2.0.2/24 dev e2
ip -n a link set e2 up
ip -n b link set e2 up
ip -n a addr add 10.1.0.11/24 dev e1
ip -n a addr add 10.1.1.1/24 dev e1
ip -n a addr add 172.16.0.1/32 dev lo
ip -n b addr add 10.1.1.2/24 dev e1
ip -n b addr add 10.50.0.1/32 dev lo
ip -n b addr add 10.51.0.1/32 dev lo
ip -n b route add 172.16.0.1/32 via 10.1.0.1
ip -n a route add 10.50.0.0/16 via 10.1.1.2
ip -n a route add 10.51.0.0/16 via 10.1.0.2 src 172.16.0.1
# --- traffic ---
ip netns exec a ping -c1 -W1 10.1.0.2
ip netns exec a ping -c1 -W1 10.1.1.2
ip netns exec a ping -c1 -W1 10.50.0.1
ip netns exec a ping -c1 -W1 10.51.0.1
ip netns exec a ping -c1 -W1 -I 10.1.0.11 10.1.0.2
ip netns exec a ping -c1 -W1 -I 10.1.0.1 10.2.0.2
ip -n a route get 10.2.0.2
ip -n a route get 10.1.0.2
ip -n a addr del 10.1.0.1/24 dev e1
ip -n a route get 10.1.1.2
