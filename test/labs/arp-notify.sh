# A device gets another Ethernet address, and its neighbours hear of it, or do not.
# Lesson: with arp_notify the new address is announced at once and neighbours follow; without it they go on sending to the old one, in vain.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.3
ip -n b link set eth0 address 02:00:00:00:00:b1
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b sysctl -w net.ipv4.conf.eth0.arp_notify=1
ip -n b link set eth0 address 02:00:00:00:00:b2
ip -n a neigh show
ip netns exec a ping -c1 -W1 10.0.0.3
ip -n b link set eth0 down
sleep 1.5
ip -n a neigh show
ip -n b link set eth0 up
ip netns exec b ping -c1 -W1 10.0.0.2
