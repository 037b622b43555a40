# Whose are probes, answers and errors?
# Lesson: traceroute and ping are programs of root; errors, resets and echo replies are the kernel's own and belong to nobody; what is only passed on has no socket at all.
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
-A OUTPUT -j look
-A look -m owner --uid-owner 0
-A look -m owner --socket-exists
-A look -m owner ! --socket-exists
-A look -m owner ! --uid-owner 0
-A look -m owner --gid-owner 0 ! --uid-owner 4
COMMIT
*mangle
:look - [0:0]
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m owner --uid-owner 0
-A look -m owner --socket-exists
-A look -m owner ! --socket-exists
-A look -m owner ! --uid-owner 0
-A look -m owner --gid-owner 0 ! --uid-owner 4
COMMIT
*filter
:look - [0:0]
-A OUTPUT -j look
-A look -m owner --uid-owner 0
-A look -m owner --socket-exists
-A look -m owner ! --socket-exists
-A look -m owner ! --uid-owner 0
-A look -m owner --gid-owner 0 ! --uid-owner 4
COMMIT
EOF
ip netns exec r iptables -A INPUT -p udp --dport 7001 -j REJECT
ip netns exec r iptables -A FORWARD -p tcp --dport 7002 -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A FORWARD -p udp --dport 7003 -j REJECT
# --- traffic ---
ip netns exec r traceroute -n -q1 -m3 -w1 10.2.0.2
ip netns exec a traceroute -n -q1 -m3 -w1 10.2.0.2
sleep 1
ip netns exec r arping -c1 -I rb 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 7001
timeout 0.7 ip netns exec a nc -p 40002 10.2.0.2 7002
sleep 1
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 7003
timeout 0.7 ip netns exec r nc -p 40004 10.2.0.2 81
ip netns exec r ping -c1 -W1 -s 3000 10.2.0.2
ip netns exec r ping -c1 -W1 10.1.0.1
