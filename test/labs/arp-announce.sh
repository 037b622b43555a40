# Which source address does a host name in its own ARP requests? Every value of arp_announce, for a packet whose source belongs to another subnet.
# Lesson: 0 names the packet's source; 1 only if it belongs to the target's subnet; 2 always takes the device's best address for the target.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add h
ip netns exec h sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n h link set lo up
ip link add eth0 netns a type veth peer name e1 netns h
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n h addr add 10.0.0.1/24 dev e1
ip -n a link set eth0 up
ip -n h link set e1 up
ip link add eth1 netns a type veth peer name e2 netns h
ip -n h addr add 10.9.0.1/24 dev e2
ip -n a link set eth1 up
ip -n h link set e2 up
ip -n h addr add 10.5.0.1/32 dev lo
ip -n h addr add 10.0.0.3/24 dev e1
ip -n h addr add 10.8.0.3/24 dev e1
ip -n a route add 10.5.0.1 via 10.0.0.1
ip -n a route add 10.9.0.1 via 10.0.0.1
ip -n a route add 10.8.0.3 via 10.0.0.1
# --- traffic ---
ip netns exec h ping -c1 -W1 -I 10.5.0.1 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.8.0.3 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.0.0.3 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h sysctl -w net.ipv4.conf.all.arp_announce=1
ip netns exec h ping -c1 -W1 -I 10.5.0.1 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.8.0.3 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.9.0.1 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.0.0.3 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h sysctl -w net.ipv4.conf.e1.arp_announce=2
ip netns exec h ping -c1 -W1 -I 10.5.0.1 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.8.0.3 10.0.0.2
ip -n h neigh flush dev e1
ip netns exec h ping -c1 -W1 -I 10.0.0.3 10.0.0.2
