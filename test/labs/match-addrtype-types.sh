# What kind an address is, asked of the routing tables, in each of the five hooks.
# Lesson: addrtype asks the local table first, then all; an interface limit asks whether the address belongs to that device.
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
ip -n r route add blackhole 10.7.1.0/24
ip -n r route add unreachable 10.7.2.0/24
ip -n r route add prohibit 10.7.3.0/24
ip -n r route add throw 10.7.4.0/24
ip -n r addr add 10.5.0.1/32 dev lo
ip -n a addr add 10.7.1.1/32 dev lo
ip -n a addr add 10.7.2.1/32 dev lo
ip -n a addr add 10.7.3.1/32 dev lo
ip -n a addr add 10.7.4.1/32 dev lo
ip -n a addr add 10.8.0.1/32 dev lo
ip netns exec r iptables-restore <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m addrtype --src-type UNSPEC
-A look -m addrtype --dst-type UNSPEC
-A look -m addrtype --src-type UNICAST
-A look -m addrtype --dst-type UNICAST
-A look -m addrtype --src-type LOCAL
-A look -m addrtype --dst-type LOCAL
-A look -m addrtype --src-type BROADCAST
-A look -m addrtype --dst-type BROADCAST
-A look -m addrtype --src-type MULTICAST
-A look -m addrtype --dst-type MULTICAST
-A look -m addrtype --src-type BLACKHOLE
-A look -m addrtype --dst-type BLACKHOLE
-A look -m addrtype --src-type UNREACHABLE
-A look -m addrtype --dst-type UNREACHABLE
-A look -m addrtype --src-type PROHIBIT
-A look -m addrtype --dst-type PROHIBIT
-A look -m addrtype --src-type THROW
-A look -m addrtype --dst-type THROW
-A look -m addrtype --src-type ANYCAST
-A look -m addrtype --dst-type ANYCAST
-A look -m addrtype ! --src-type LOCAL --dst-type LOCAL
-A look -m addrtype ! --src-type LOCAL ! --dst-type LOCAL
-A look -m addrtype --dst-type LOCAL,BROADCAST,MULTICAST
-A look -m addrtype ! --dst-type UNICAST,LOCAL
COMMIT
EOF
for chain in PREROUTING INPUT FORWARD; do for side in src dst; do ip netns exec r iptables -t mangle -A $chain -m addrtype --$side-type LOCAL --limit-iface-in; ip netns exec r iptables -t mangle -A $chain -m addrtype --$side-type UNICAST --limit-iface-in; done; done
for chain in FORWARD OUTPUT POSTROUTING; do for side in src dst; do ip netns exec r iptables -t mangle -A $chain -m addrtype --$side-type LOCAL --limit-iface-out; ip netns exec r iptables -t mangle -A $chain -m addrtype ! --$side-type UNICAST --limit-iface-out; done; done
ip netns exec r iptables -A INPUT -m addrtype ! --dst-type LOCAL --limit-iface-in
ip netns exec r iptables -t nat -A POSTROUTING -m addrtype --src-type LOCAL --limit-iface-out
ip netns exec r iptables -t raw -A PREROUTING -m addrtype --dst-type BROADCAST
ip netns exec r iptables -t security -A OUTPUT -m addrtype --dst-type LOCAL
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.2.0.1
ip netns exec a ping -c1 -W1 10.5.0.1
ip netns exec r ping -c1 -W1 10.1.0.2
ip netns exec r ping -c1 -W1 -I 10.5.0.1 10.2.0.1
ip netns exec r ping -c1 -W1 127.0.0.1
echo x | ip netns exec a nc -u -b -w1 -p 40001 10.1.0.255 9
echo x | ip netns exec a nc -u -b -w1 -p 40002 255.255.255.255 9
ip netns exec a ping -c1 -W1 -I 10.7.1.1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.7.2.1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.7.3.1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.7.4.1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.8.0.1 10.2.0.2
ip netns exec a ping -c1 -W1 10.8.1.1
ip netns exec a ping -c1 -W1 10.7.1.9
ip netns exec r ping -c1 -W1 10.7.4.9
