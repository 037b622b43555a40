# Type of service and class written anew in each of the five hooks.
# Lesson: --set-tos without a mask leaves the two lowest bits alone, DSCP always; what PREROUTING writes the answer of this host carries back.
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
ip netns exec r iptables -t mangle -A PREROUTING -i ra -j TOS --set-tos 0x10/0xff
ip netns exec r iptables -t mangle -A PREROUTING -i rb -j DSCP --set-dscp-class EF
ip netns exec r iptables -t mangle -A INPUT -j TOS --or-tos 0x40
ip netns exec r iptables -t mangle -A INPUT -j DSCP --set-dscp 0x3f
ip netns exec r iptables -t mangle -A INPUT -j TOS --and-tos 0xf0
ip netns exec r iptables -t mangle -A FORWARD -j TOS --xor-tos 0xff
ip netns exec r iptables -t mangle -A FORWARD -p udp -j DSCP --set-dscp 1
ip netns exec r iptables -t mangle -A OUTPUT -j TOS --set-tos Minimize-Cost
ip netns exec r iptables -t mangle -A OUTPUT -p udp -j DSCP --set-dscp-class CS5
ip netns exec r iptables -t mangle -A POSTROUTING -j TOS --set-tos 0x03/0x03
ip netns exec r iptables -t mangle -A POSTROUTING -m dscp --dscp 5 -j DSCP --set-dscp 6
ip netns exec r iptables-restore --noflush <<EOF
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m tos --tos 0x10
-A look -m dscp --dscp-class EF
-A look -m tos --tos 0x03/0x03
-A look -m dscp --dscp 0
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m tos --tos 0x10
-A look -m dscp --dscp-class EF
-A look -m tos --tos 0x03/0x03
-A look -m dscp --dscp 0
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0xff 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0xb9 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
echo x | ip netns exec r nc -u -w1 -p 40002 10.2.0.2 9
