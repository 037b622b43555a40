# Networks that are only believed behind the right device; ports in a bitmap.
# Lesson: hash:net,iface takes the device of the second direction: src the one a packet came in by, dst the one it leaves by; where there is none, nothing matches.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name ra netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev ra
ip -n a link set eth0 up
ip -n r link set ra up
ip link add eth0 netns b type veth peer name rb netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rb
ip -n b link set eth0 up
ip -n r link set rb up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip -n a addr add 10.9.0.1/32 dev lo
ip -n r route add 10.9.0.1/32 via 10.1.0.2
ip netns exec r ipset create believed hash:net,iface counters initval 0x1
ip netns exec r ipset add believed 10.1.0.0/24,ra
ip netns exec r ipset add believed 10.2.0.0/24,rb
ip netns exec r ipset add believed 10.9.0.0/16,rb
ip netns exec r ipset create low bitmap:port range 1-1023 counters
ip netns exec r ipset add low 7-9
ip netns exec r iptables -t raw -A PREROUTING -m set --match-set believed src,dst
ip netns exec r iptables -t raw -A PREROUTING -m set ! --match-set believed src,src -j DROP
ip netns exec r iptables -A FORWARD -m set --match-set believed dst,dst
ip netns exec r iptables -A FORWARD -m set --match-set low dst -j REJECT
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.2.0.2
echo one | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 8
echo two | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 10
ip netns exec r ipset list -s believed
ip netns exec r ipset list low
