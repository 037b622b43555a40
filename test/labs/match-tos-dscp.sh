# The type-of-service octet: as eight bits, as six, and by name, in each of the five hooks.
# Lesson: an echo reply has the octet of its request; dscp leaves the two lowest bits out, tos looks through its mask.
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
-A look -m tos --tos 0x10
-A look -m tos --tos 0x10/0x3f
-A look -m tos ! --tos 0x10/0x10
-A look -m tos --tos Minimize-Delay
-A look -m tos --tos 0x00/0xff
-A look -m tos --tos 0x03/0x03
-A look -m dscp --dscp 0
-A look -m dscp --dscp 0x2e
-A look -m dscp --dscp-class EF
-A look -m dscp ! --dscp-class AF11
-A look -m dscp --dscp 4
COMMIT
EOF
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m tos --tos 0xb8
-A look -m dscp --dscp-class EF
-A look -m dscp ! --dscp 46
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m tos --tos 0xb8
-A look -m dscp --dscp-class EF
-A look -m dscp ! --dscp 46
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m tos --tos 0xb8
-A look -m dscp --dscp-class EF
-A look -m dscp ! --dscp 46
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m tos --tos 0xb8
-A look -m dscp --dscp-class EF
-A look -m dscp ! --dscp 46
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x10 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0xb8 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0xbb 10.2.0.2
ip netns exec r ping -c1 -W1 -Q 0x28 10.1.0.1
ip netns exec a ping -c1 -W1 -Q 0xff -t 1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -T 0x13 -p 40001 10.2.0.2 9
