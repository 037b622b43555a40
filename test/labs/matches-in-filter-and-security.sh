# Frames, ranges and segment sizes asked for where one filters.
# Lesson: in filter and security one sees the packet behind all translation, and the frame that it came in is still known.
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
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m pkttype --pkt-type unicast
-A look -m pkttype ! --pkt-type unicast
-A look -m pkttype --pkt-type broadcast
-A look -m iprange --src-range 10.1.0.2-10.1.0.2
-A look -m iprange ! --dst-range 10.2.0.0-10.2.0.255
-A look -p tcp -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1000:1500
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m pkttype --pkt-type unicast
-A look -m pkttype ! --pkt-type unicast
-A look -m pkttype --pkt-type broadcast
-A look -m iprange --src-range 10.1.0.2-10.1.0.2
-A look -m iprange ! --dst-range 10.2.0.0-10.2.0.255
-A look -p tcp -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1000:1500
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m pkttype --pkt-type unicast
-A look -m pkttype ! --pkt-type unicast
-A look -m pkttype --pkt-type broadcast
-A look -m iprange --src-range 10.1.0.2-10.1.0.2
-A look -m iprange ! --dst-range 10.2.0.0-10.2.0.255
-A look -p tcp -m tcpmss --mss 1460
-A look -p tcp -m tcpmss ! --mss 1000:1500
COMMIT
EOF
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -p udp -j DSCP --set-dscp 5; ip netns exec r iptables -t mangle -A $chain -m dscp --dscp 5 -j DSCP --set-dscp-class AF21; done
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r ping -c1 -W1 10.1.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
echo x | ip netns exec a nc -u -b -w1 -p 40002 10.1.0.255 9
timeout 0.7 ip netns exec a nc -p 40003 10.2.0.2 81
timeout 0.7 ip netns exec a nc -p 40004 10.1.0.1 81
timeout 0.7 ip netns exec r nc -p 40005 10.2.0.2 81
