# A broadcast on a bridge with four ports, each copy of it shown to iptables.
# Lesson: every port's copy passes FORWARD and POSTROUTING by itself, one may be dropped and the others go on; the bridge's own host gets the last one.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add d
ip netns exec d sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n d link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip -n r link add br0 type bridge
ip -n r link set br0 up
ip link add eth0 netns a type veth peer name pa netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n r link set pa up
ip -n r link set pa master br0
ip link add eth0 netns b type veth peer name pb netns r
ip -n b addr add 10.1.0.3/24 dev eth0
ip -n b link set eth0 up
ip -n r link set pb up
ip -n r link set pb master br0
ip link add eth0 netns c type veth peer name pc netns r
ip -n c addr add 10.1.0.4/24 dev eth0
ip -n c link set eth0 up
ip -n r link set pc up
ip -n r link set pc master br0
ip link add eth0 netns d type veth peer name pd netns r
ip -n d addr add 10.1.0.5/24 dev eth0
ip -n d link set eth0 up
ip -n r link set pd up
ip -n r link set pd master br0
ip -n r addr add 10.1.0.1/24 dev br0
ip netns exec r sysctl -qw net.bridge.bridge-nf-call-iptables=1
sleep 0.2
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A POSTROUTING -j look
-A look -m physdev --physdev-out pb
-A look -m physdev --physdev-out pc
-A look -m physdev --physdev-is-in
-A look -m conntrack --ctstate NEW
-A look -m pkttype --pkt-type broadcast
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A look -m physdev --physdev-out pb
-A look -m physdev --physdev-out pc
-A look -m physdev --physdev-is-in
-A look -m conntrack --ctstate NEW
-A look -m pkttype --pkt-type broadcast
COMMIT
*raw
:look - [0:0]
-A PREROUTING -j look
-A look -m physdev --physdev-out pb
-A look -m physdev --physdev-out pc
-A look -m physdev --physdev-is-in
-A look -m conntrack --ctstate NEW
-A look -m pkttype --pkt-type broadcast
COMMIT
EOF
ip netns exec r iptables -A FORWARD -m physdev --physdev-out pc -p udp -j DROP
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -b -p 40001 10.1.0.255 9
ip netns exec a ping -c1 -W1 10.1.0.3
echo x | ip netns exec a nc -u -w1 -b -p 40002 255.255.255.255 9
echo x | ip netns exec r nc -u -w1 -b -p 40003 10.1.0.255 9
