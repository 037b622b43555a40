# Which of its addresses does a host admit to in ARP? Every value of arp_ignore, asked for an address of the device, of another device and of lo.
# Lesson: 0 answers for any local address; 1 for the asked device's own; 2 besides only if the asker is in the same subnet; 3 not for scope host; 8 never.
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
ip -n h addr add 10.6.0.1/32 dev lo scope host
ip -n h addr add 10.0.0.7/32 dev e1 scope host
ip -n a addr add 10.77.0.2/24 dev eth0
# --- traffic ---
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.0.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.9.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.5.0.1
ip netns exec h sysctl -w net.ipv4.conf.all.arp_ignore=1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.0.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.9.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.5.0.1
ip netns exec h sysctl -w net.ipv4.conf.all.arp_ignore=2
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.0.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.77.0.2 10.0.0.1
ip netns exec h sysctl -w net.ipv4.conf.all.arp_ignore=3
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.5.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.6.0.1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.0.0.7
ip netns exec h sysctl -w net.ipv4.conf.all.arp_ignore=4
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.9.0.1
ip netns exec h sysctl -w net.ipv4.conf.all.arp_ignore=8
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.0.0.1
ip netns exec h sysctl -w net.ipv4.conf.all.arp_ignore=0
ip netns exec h sysctl -w net.ipv4.conf.e1.arp_ignore=1
ip netns exec a arping -c1 -w1 -I eth0 -s 10.0.0.2 10.9.0.1
