# A bridge whose ports iptables may ask for, beside a device that is no port.
# Lesson: the incoming port is known all the way of a packet that came through the bridge, the outgoing one only where it is bridged and not routed.
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
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m physdev --physdev-in pa
-A look -m physdev ! --physdev-in pa
-A look -m physdev --physdev-is-in
-A look -m physdev ! --physdev-is-in
-A look -m physdev --physdev-is-bridged
-A look -m physdev ! --physdev-is-bridged
-A look -m physdev --physdev-is-bridged --physdev-out pb
-A look -m physdev --physdev-in p+ --physdev-is-bridged
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m physdev --physdev-in pa
-A look -m physdev ! --physdev-in pa
-A look -m physdev --physdev-is-in
-A look -m physdev ! --physdev-is-in
-A look -m physdev --physdev-is-bridged
-A look -m physdev ! --physdev-is-bridged
-A look -m physdev --physdev-is-bridged --physdev-out pb
-A look -m physdev --physdev-in p+ --physdev-is-bridged
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m physdev --physdev-in pa
-A look -m physdev ! --physdev-in pa
-A look -m physdev --physdev-is-in
-A look -m physdev ! --physdev-is-in
-A look -m physdev --physdev-is-bridged
-A look -m physdev ! --physdev-is-bridged
-A look -m physdev --physdev-is-bridged --physdev-out pb
-A look -m physdev --physdev-in p+ --physdev-is-bridged
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m physdev --physdev-in pa
-A look -m physdev ! --physdev-in pa
-A look -m physdev --physdev-is-in
-A look -m physdev ! --physdev-is-in
-A look -m physdev --physdev-is-bridged
-A look -m physdev ! --physdev-is-bridged
-A look -m physdev --physdev-is-bridged --physdev-out pb
-A look -m physdev --physdev-in p+ --physdev-is-bridged
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m physdev --physdev-in pa
-A look -m physdev ! --physdev-in pa
-A look -m physdev --physdev-is-in
-A look -m physdev ! --physdev-is-in
-A look -m physdev --physdev-is-bridged
-A look -m physdev ! --physdev-is-bridged
-A look -m physdev --physdev-is-bridged --physdev-out pb
-A look -m physdev --physdev-in p+ --physdev-is-bridged
COMMIT
EOF
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:out - [0:0]
-A PREROUTING -j out
-A INPUT -j out
-A FORWARD -j out
-A POSTROUTING -j out
-A out -m physdev --physdev-out pb
-A out -m physdev ! --physdev-out pb
-A out -m physdev --physdev-is-out
-A out -m physdev ! --physdev-is-out
-A out -m physdev ! --physdev-is-bridged --physdev-out pb
COMMIT
*filter
:out - [0:0]
-A INPUT -j out
-A FORWARD -j out
-A out -m physdev --physdev-out pb
-A out -m physdev ! --physdev-out pb
-A out -m physdev --physdev-is-out
-A out -m physdev ! --physdev-is-out
-A out -m physdev ! --physdev-is-bridged --physdev-out pb
COMMIT
*security
:out - [0:0]
-A INPUT -j out
-A FORWARD -j out
-A out -m physdev --physdev-out pb
-A out -m physdev ! --physdev-out pb
-A out -m physdev --physdev-is-out
-A out -m physdev ! --physdev-is-out
-A out -m physdev ! --physdev-is-bridged --physdev-out pb
COMMIT
EOF
ip netns exec r sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec a ping -c1 -W1 10.1.0.3
# --- traffic ---
ip netns exec a ping -c1 -W1 10.1.0.3
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r ping -c1 -W1 10.1.0.3
ip netns exec c ping -c1 -W1 10.1.0.3
ip netns exec c ping -c1 -W1 10.2.0.1
echo x | ip netns exec a nc -u -b -w1 -p 40001 10.1.0.255 9
