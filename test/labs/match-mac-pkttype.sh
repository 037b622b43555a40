# Who sent the frame, and to whom it was addressed.
# Lesson: the sender's address stays readable until the packet leaves; what comes over lo has none but zeroes, and counts as unicast until it is broadcast.
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
ip -n a link set eth0 address 02:00:00:00:00:0a
ip -n b link set eth0 address 02:00:00:00:00:0b
ip netns exec r iptables-restore <<EOF
*mangle
:who - [0:0]
-A PREROUTING -j who
-A INPUT -j who
-A FORWARD -j who
-A who -m mac --mac-source 02:00:00:00:00:0a
-A who -m mac ! --mac-source 02:00:00:00:00:0a
-A who -m mac --mac-source 00:00:00:00:00:00
COMMIT
*filter
:who - [0:0]
-A INPUT -j who
-A FORWARD -j who
-A who -m mac --mac-source 02:00:00:00:00:0a
-A who -m mac ! --mac-source 02:00:00:00:00:0a
-A who -m mac --mac-source 00:00:00:00:00:00
COMMIT
*security
:who - [0:0]
-A INPUT -j who
-A FORWARD -j who
-A who -m mac --mac-source 02:00:00:00:00:0a
-A who -m mac ! --mac-source 02:00:00:00:00:0a
-A who -m mac --mac-source 00:00:00:00:00:00
COMMIT
EOF
ip netns exec r iptables -t raw -A PREROUTING -m mac --mac-source 02:00:00:00:00:0b
ip netns exec r iptables -t nat -A PREROUTING -m mac --mac-source 02:00:00:00:00:0b
ip netns exec r iptables -t nat -A INPUT -m mac --mac-source 02:00:00:00:00:0a
ip netns exec r sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
for type in unicast broadcast multicast otherhost; do for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -m pkttype --pkt-type $type; ip netns exec r iptables -t mangle -A $chain -m pkttype ! --pkt-type $type; done; done
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec b ping -c1 -W1 10.2.0.1
ip netns exec r ping -c1 -W1 10.1.0.2
ip netns exec r ping -c1 -W1 10.1.0.1
echo x | ip netns exec a nc -u -b -w1 -p 40001 10.1.0.255 9
echo x | ip netns exec a nc -u -b -w1 -p 40002 255.255.255.255 9
echo x | ip netns exec r nc -u -b -w1 -p 40003 10.2.0.255 9
