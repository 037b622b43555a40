# A connection through a router, to it and from it, and which of its segments have which flags and options.
# Lesson: --syn is SYN without ACK; options and the maximum segment size are told in both SYN, and a rule that denies them matches all other segments.
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
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -p tcp --syn
-A look -p tcp ! --syn
-A look -p tcp --tcp-flags SYN,ACK SYN,ACK
-A look -p tcp --tcp-flags FIN FIN
-A look -p tcp --tcp-flags ALL ACK,PSH
-A look -p tcp --tcp-flags RST RST
-A look -p tcp --tcp-flags ALL NONE
-A look -p tcp ! --tcp-flags ALL ACK
-A look -p tcp --tcp-option 2
-A look -p tcp ! --tcp-option 2
-A look -p tcp --tcp-option 3
-A look -p tcp --tcp-option 4
-A look -p tcp --tcp-option 8
-A look -p tcp ! --tcp-option 8
-A look -p tcp --tcp-option 5
-A look -p tcp ! --tcp-option 5
-A look -p tcp -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1460
-A look -p tcp -m tcpmss --mss 500:1459
-A look -p tcp -m tcpmss --mss 1460:65535
-A look -p tcp --sport 1024: --dport :100
-A look -p tcp ! --sport 40001 ! --dport 40001
-A look -p tcp -m multiport --ports 80,40002
-A look -p tcp -m multiport ! --sports 80,81:90
-A look -p tcp -m multiport --dports 80,40000:40002
COMMIT
EOF
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -p tcp --syn -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1460
-A look -p tcp --tcp-option 8
-A look -p tcp -m multiport --ports 80,81
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -p tcp --syn -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1460
-A look -p tcp --tcp-option 8
-A look -p tcp -m multiport --ports 80,81
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -p tcp --syn -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1460
-A look -p tcp --tcp-option 8
-A look -p tcp -m multiport --ports 80,81
COMMIT
EOF
ip netns exec b timeout 9 nc -l -k 80 >/dev/null &
ip netns exec r timeout 9 nc -l -k 80 >/dev/null &
sleep 0.3
# --- traffic ---
echo hello | timeout 0.7 ip netns exec a nc -N -p 40001 10.2.0.2 80
echo hello | timeout 0.7 ip netns exec a nc -N -p 40002 10.1.0.1 80
echo hello | timeout 0.7 ip netns exec r nc -N -p 40003 10.2.0.2 80
timeout 0.7 ip netns exec a nc -p 40004 10.2.0.2 81
timeout 0.7 ip netns exec a nc -p 40005 10.1.0.1 81
timeout 0.7 ip netns exec r nc -p 40006 10.2.0.2 81
