# Gratuitous ARP: somebody announces an address that nobody asked about; a standby takes over an address.
# Lesson: an unknown address is remembered only with arp_accept; a known one is overwritten at once by an announcement; drop_gratuitous_arp hears none.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add sw
ip netns exec sw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n sw link set lo up
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
ip link add eth0 netns a type veth peer name pa netns sw
ip -n sw link set pa master br0
ip -n sw link set pa up
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip link add eth0 netns b type veth peer name pb netns sw
ip -n sw link set pb master br0
ip -n sw link set pb up
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n b link set eth0 up
ip link add eth0 netns c type veth peer name pc netns sw
ip -n sw link set pc master br0
ip -n sw link set pc up
ip -n c addr add 10.0.0.4/24 dev eth0
ip -n c link set eth0 up
# --- traffic ---
ip netns exec b arping -c1 -w1 -U -I eth0 10.0.0.3
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_accept=1
ip netns exec b arping -c1 -w1 -U -I eth0 10.0.0.3
ip -n a neigh
ip netns exec a ping -c1 -W1 10.0.0.4
ip -n b addr add 10.0.0.4/24 dev eth0
ip netns exec b arping -c1 -w1 -U -I eth0 10.0.0.4
ip netns exec b arping -c1 -w1 -A -I eth0 10.0.0.4
ip -n a neigh show to 10.0.0.4
ip netns exec a sysctl -w net.ipv4.conf.all.drop_gratuitous_arp=1
ip netns exec c arping -c1 -w1 -U -I eth0 10.0.0.4
ip -n a neigh show to 10.0.0.4
ip netns exec a sysctl -w net.ipv4.conf.all.drop_gratuitous_arp=0 net.ipv4.conf.eth0.arp_accept=2
ip -n b addr add 10.9.9.9/32 dev eth0
ip netns exec b arping -c1 -w1 -A -I eth0 -s 10.9.9.9 10.9.9.9
ip -n a neigh show to 10.9.9.9
