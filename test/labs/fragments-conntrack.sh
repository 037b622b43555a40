# Fragments at a router that tracks connections: put together before PREROUTING's nat, cut again when they leave.
# Lesson: the rules see one whole packet, and what leaves is cut to the largest fragment that came, not to the MTU.
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
ip -n c link set eth0 mtu 1200
ip -n r link set c0 mtu 1200
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
ip netns exec r iptables -A FORWARD -j DROP
# --- traffic ---
ip netns exec c ping -c1 -W1 -M dont -s 2000 10.2.0.2
ip netns exec c ping -c1 -W1 -M dont -s 1190 10.2.0.2
