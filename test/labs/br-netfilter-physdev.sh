# Bridged frames through iptables: ports of the bridge as matches, REJECT, DNAT and SNAT across the bridge.
# Lesson: physdev knows the ports, -i and -o the bridge; a packet translated to the host itself leaves the bridge and goes up.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n link set lo up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip -n n link add br0 type bridge
ip -n n addr add 10.0.0.1/24 dev br0
ip -n n link set br0 up
ip link add eth0 netns a type veth peer name pa netns n
ip -n n link set pa master br0
ip -n n link set pa up
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.0.0.1
ip link add eth0 netns b type veth peer name pb netns n
ip -n n link set pb master br0
ip -n n link set pb up
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n b link set eth0 up
ip -n b route add default via 10.0.0.1
ip link add eth0 netns c type veth peer name pc netns n
ip -n n link set pc master br0
ip -n n link set pc up
ip -n c addr add 10.0.0.4/24 dev eth0
ip -n c link set eth0 up
ip -n c route add default via 10.0.0.1
ip netns exec n sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec n iptables -A FORWARD -m physdev --physdev-in pa --physdev-out pb -p udp -j REJECT
ip netns exec n iptables -A FORWARD -m physdev --physdev-is-bridged -p tcp --dport 81 -j REJECT --reject-with tcp-reset
ip netns exec n iptables -A FORWARD -i br0 -o br0 -p icmp -m ttl --ttl-eq 7 -j DROP
ip netns exec n iptables -t nat -A PREROUTING -d 10.0.0.99 -p tcp --dport 80 -j DNAT --to 10.0.0.3:8080
ip netns exec n iptables -t nat -A PREROUTING -d 10.0.0.98 -j DNAT --to 10.0.0.1
ip netns exec n iptables -t nat -A POSTROUTING -m physdev --physdev-is-bridged -s 10.0.0.4 -j SNAT --to 10.0.0.1
ip -n a route add 10.0.0.99 via 10.0.0.1
ip -n a route add 10.0.0.98 via 10.0.0.1
# --- traffic ---
ip netns exec b timeout 2 nc -l 8080 &
sleep 0.2
echo hi | ip netns exec a timeout 0.7 nc -N -p 40001 10.0.0.99 80
wait
echo hi | ip netns exec a nc -u -w1 -p 40002 10.0.0.3 9
ip netns exec a timeout 0.7 nc -z -p 40003 10.0.0.3 81
ip netns exec a ping -c1 -W1 -t 7 10.0.0.3
ip netns exec a ping -c1 -W1 10.0.0.98
ip netns exec c ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 -s 3000 10.0.0.3
ip netns exec n iptables -t nat -L -n -v
