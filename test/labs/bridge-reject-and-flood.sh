# REJECT on a bridge that shows its frames to iptables, for packets that are bridged, routed and for the bridge's own host.
# Lesson: a reset goes straight out of the port that the packet came by, in the name of the host it was for, also when it was routed or for this host; an ICMP error goes the usual way.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip -n r link add br0 type bridge
ip -n r link set br0 up
ip link add eth0 netns a type veth peer name pa netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n r link set pa up
ip link add eth0 netns b type veth peer name pb netns r
ip -n b addr add 10.1.0.3/24 dev eth0
ip -n b link set eth0 up
ip -n r link set pb up
ip -n r link set pa master br0
ip -n r link set pb master br0
ip -n r addr add 10.1.0.1/24 dev br0
ip link add eth0 netns c type veth peer name rc netns r
ip -n c addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rc
ip -n c link set eth0 up
ip -n r link set rc up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.1.0.1
ip -n c route add default via 10.2.0.1
ip netns add d
ip netns exec d sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n d link set lo up
ip link add eth0 netns d type veth peer name pd netns r
ip -n d addr add 10.1.0.4/24 dev eth0
ip -n d link set eth0 up
ip -n r link set pd up
ip -n r link set pd master br0
ip netns exec r sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec r iptables-restore --noflush <<EOF
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A look -m physdev --physdev-in p+
-A look -m physdev --physdev-in pa -p tcp
-A look -m mac ! --mac-source 00:00:00:00:00:00
COMMIT
EOF
ip netns exec r iptables -A INPUT -p tcp -m physdev --physdev-in pa -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A INPUT -p udp -m physdev --physdev-in pa -j REJECT
ip netns exec r iptables -A FORWARD -p tcp -m physdev --physdev-in pa -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A FORWARD -p udp -m physdev --physdev-in pa --physdev-out pb -j REJECT --reject-with icmp-host-prohibited
ip netns exec r iptables -t mangle -A POSTROUTING -m physdev --physdev-is-bridged
ip netns exec r iptables -t nat -A POSTROUTING -m physdev ! --physdev-is-bridged -m conntrack --ctstate NEW
# --- traffic ---
timeout 0.7 ip netns exec a nc -p 40001 10.1.0.1 80
echo x | ip netns exec a nc -u -w1 -p 40002 10.1.0.1 53
timeout 0.7 ip netns exec a nc -p 40003 10.2.0.2 80
timeout 0.7 ip netns exec a nc -p 40004 10.1.0.3 80
sleep 1
echo x | ip netns exec a nc -u -w1 -p 40005 10.1.0.3 53
echo x | ip netns exec a nc -u -b -w1 -p 40006 10.1.0.255 9
echo x | ip netns exec r nc -u -b -w1 -p 40007 10.1.0.255 9
