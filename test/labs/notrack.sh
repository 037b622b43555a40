# Traffic that conntrack must leave alone: NOTRACK in raw, and what the later tables make of it.
# Lesson: UNTRACKED is a state of its own, neither NEW nor INVALID; nat does not touch such a packet, in neither direction.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name a0 netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev a0
ip -n a link set eth0 up
ip -n r link set a0 up
ip link add b0 netns r type veth peer name eth0 netns b
ip -n r addr add 10.2.0.1/24 dev b0
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r link set b0 up
ip -n b link set eth0 up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip netns exec r iptables -t raw -A PREROUTING -i a0 -p udp --dport 53 -j NOTRACK
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 53:54 -j DNAT --to-destination 10.2.0.2:5353
ip netns exec r iptables -A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW -j ACCEPT
ip netns exec r iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 53
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 54
