# Every third packet, in each of the five hooks; and chance with a certain end.
# Lesson: each rule counts for itself, and a rule in a chain that several hooks call counts what comes from all of them.
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
-A look -m statistic --mode nth --every 3 --packet 0
-A look -m statistic --mode nth ! --every 3 --packet 0
-A look -m statistic --mode random --probability 0
-A look -m statistic --mode random ! --probability 0
-A look -m statistic --mode random --probability 1.0
-A look -m statistic --mode random ! --probability 1.0
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m statistic --mode nth --every 3 --packet 0
-A look -m statistic --mode nth ! --every 3 --packet 0
-A look -m statistic --mode random --probability 0
-A look -m statistic --mode random ! --probability 0
-A look -m statistic --mode random --probability 1.0
-A look -m statistic --mode random ! --probability 1.0
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m statistic --mode nth --every 3 --packet 0
-A look -m statistic --mode nth ! --every 3 --packet 0
-A look -m statistic --mode random --probability 0
-A look -m statistic --mode random ! --probability 0
-A look -m statistic --mode random --probability 1.0
-A look -m statistic --mode random ! --probability 1.0
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m statistic --mode nth --every 3 --packet 0
-A look -m statistic --mode nth ! --every 3 --packet 0
-A look -m statistic --mode random --probability 0
-A look -m statistic --mode random ! --probability 0
-A look -m statistic --mode random --probability 1.0
-A look -m statistic --mode random ! --probability 1.0
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m statistic --mode nth --every 3 --packet 0
-A look -m statistic --mode nth ! --every 3 --packet 0
-A look -m statistic --mode random --probability 0
-A look -m statistic --mode random ! --probability 0
-A look -m statistic --mode random --probability 1.0
-A look -m statistic --mode random ! --probability 1.0
COMMIT
EOF
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -m statistic --mode nth --every 2 --packet 1; ip netns exec r iptables -t mangle -A $chain -m statistic --mode nth --every 1 --packet 0; ip netns exec r iptables -t mangle -A $chain -p icmp -m statistic --mode nth --every 2 --packet 0 --icmp-type 8; done
# --- traffic ---
ip netns exec a ping -c3 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c2 -i 0.2 -W1 10.1.0.1
ip netns exec r ping -c3 -i 0.2 -W1 10.2.0.2
ip netns exec r iptables -t mangle -L look -n -v -x
ip netns exec r iptables -t mangle -Z look
ip netns exec a ping -c3 -i 0.2 -W1 10.2.0.2
