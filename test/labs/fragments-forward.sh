# Packets larger than the next link: cut by the router, put together by the receiver; or refused because of DF.
# Lesson: the sender learns the smaller MTU from 3/4 and cuts by itself from then on; without conntrack a router passes fragments singly.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip link add eth0 netns c type veth peer name c0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip link add s0 netns r type veth peer name eth0 netns s
ip -n r addr add 10.2.0.1/24 dev s0
ip -n s addr add 10.2.0.2/24 dev eth0
ip -n r link set s0 up
ip -n s link set eth0 up
ip -n r link set s0 mtu 1000
ip -n s link set eth0 mtu 1000
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r iptables -A FORWARD -p icmp
ip netns exec r iptables -A FORWARD -f
# --- traffic ---
ip netns exec c ping -c1 -W1 -M dont -s 1400 10.2.0.2
ip netns exec c ping -c1 -W1 -M do -s 1400 10.2.0.2
ip netns exec c ping -c1 -W1 -M do -s 1400 10.2.0.2
ip netns exec c ping -c1 -W1 -M want -s 1400 10.2.0.2
ip netns exec c ping -c1 -W1 -M do -s 972 10.2.0.2
ip -n c route get 10.2.0.2
