# Two customers with the same addresses behind one router: conntrack keeps them apart by zones.
# Lesson: a zone belongs to a connection's key; one of the original direction alone leaves the answers in zone 0, and translation tells them apart.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
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
ip link add eth0 netns c type veth peer name rc netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.1.1/24 dev rc
ip -n c link set eth0 up
ip -n r link set rc up
ip link add eth0 netns b type veth peer name rb netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rb
ip -n b link set eth0 up
ip -n r link set rb up
ip -n c route add 10.1.1.1/32 dev eth0
ip -n c route add default via 10.1.1.1
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip -n r route add 10.1.0.2/32 dev rc table 3
ip -n r rule add fwmark 3 table 3
ip netns exec r iptables -t raw -A PREROUTING -i ra -j CT --zone-orig 2
ip netns exec r iptables -t raw -A PREROUTING -i rc -j CT --zone-orig 3
ip netns exec r iptables -t mangle -A PREROUTING -i ra -j CONNMARK --set-mark 2
ip netns exec r iptables -t mangle -A PREROUTING -i rc -j CONNMARK --set-mark 3
ip netns exec r iptables -t mangle -A PREROUTING -i rb -j CONNMARK --restore-mark
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp -m connmark --mark 2 -j SNAT --to-source 10.2.0.1:50002
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp -m connmark --mark 3 -j SNAT --to-source 10.2.0.1:50003
ip netns exec r iptables -t raw -A OUTPUT -p icmp -j CT --zone 9
ip netns exec r iptables -t raw -A PREROUTING -i rb -p icmp --icmp-type echo-reply -j CT --zone 9
# --- traffic ---
echo one | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 5001
echo two | ip netns exec c nc -u -w1 -p 40001 10.2.0.2 5001
ip netns exec r ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L -p udp -m 2
ip netns exec r conntrack -L -p udp -m 3
