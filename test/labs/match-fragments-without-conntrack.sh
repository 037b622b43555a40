# Packets in pieces pass a router that keeps no connections.
# Lesson: without conntrack nobody puts the pieces together but who receives them: only the first has ports, later ones match nothing that asks for them, not even a denial.
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
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -f
-A look ! -f
-A look -p udp --dport 53
-A look -p udp ! --dport 53
-A look -p udp
-A look -p udp -m multiport --dports 53,54
-A look -p udp -m multiport ! --dports 53,54
-A look -p icmp --icmp-type 8
-A look -p icmp ! --icmp-type 8
-A look -p icmp --icmp-type any
-A look -m length --length 1500
-A look -f -p udp
-A look -f -m length --length :1499
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -f
-A look ! -f
-A look -p udp --dport 53
-A look -p udp ! --dport 53
-A look -p udp
-A look -p udp -m multiport --dports 53,54
-A look -p udp -m multiport ! --dports 53,54
-A look -p icmp --icmp-type 8
-A look -p icmp ! --icmp-type 8
-A look -p icmp --icmp-type any
-A look -m length --length 1500
-A look -f -p udp
-A look -f -m length --length :1499
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -f
-A look ! -f
-A look -p udp --dport 53
-A look -p udp ! --dport 53
-A look -p udp
-A look -p udp -m multiport --dports 53,54
-A look -p udp -m multiport ! --dports 53,54
-A look -p icmp --icmp-type 8
-A look -p icmp ! --icmp-type 8
-A look -p icmp --icmp-type any
-A look -m length --length 1500
-A look -f -p udp
-A look -f -m length --length :1499
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -f
-A look ! -f
-A look -p udp --dport 53
-A look -p udp ! --dport 53
-A look -p udp
-A look -p udp -m multiport --dports 53,54
-A look -p udp -m multiport ! --dports 53,54
-A look -p icmp --icmp-type 8
-A look -p icmp ! --icmp-type 8
-A look -p icmp --icmp-type any
-A look -m length --length 1500
-A look -f -p udp
-A look -f -m length --length :1499
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 -s 3000 10.2.0.2
ip netns exec a ping -c1 -W1 -s 3000 10.1.0.1
ip netns exec r ping -c1 -W1 -s 3000 10.2.0.2
ip netns exec a ping -c1 -W1 -s 1473 10.2.0.2
