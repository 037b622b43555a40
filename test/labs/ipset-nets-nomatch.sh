# A set of networks with an exception: most of 10.2.0.0/16 is closed, one host in it is not.
# Lesson: the smallest net that holds an address decides; a nomatch element says no; --return-nomatch asks for the exceptions.
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
ip -n b addr add 10.2.0.3/24 dev eth0
ip -n b addr add 10.2.0.9/24 dev eth0
ip netns exec r ipset create closed hash:net counters initval 0x1
ip netns exec r ipset add closed 10.2.0.0/16
ip netns exec r ipset add closed 10.2.0.3 nomatch
ip netns exec r ipset add closed 10.2.0.8/29 nomatch
ip netns exec r ipset add closed 10.2.0.9
ip netns exec r iptables -A FORWARD -m set --match-set closed dst --return-nomatch
ip netns exec r iptables -A FORWARD -m set ! --match-set closed dst
ip netns exec r iptables -A FORWARD -m set --match-set closed dst -j REJECT --reject-with icmp-admin-prohibited
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.2.0.3
ip netns exec a ping -c1 -W1 10.2.0.9
ip netns exec r ipset list closed
ip netns exec r ipset del closed 10.2.0.0/16
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r ipset test closed 10.2.0.2
ip netns exec r ipset save closed
