# Policy routing by mark: web traffic leaves by another link than the rest, set in mangle before the routing decision.
# Lesson: PREROUTING's mark chooses the table for forwarded packets; OUTPUT's mark sends the node's own packets to the routing anew.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add up1
ip netns exec up1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n up1 link set lo up
ip netns add up2
ip netns exec up2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n up2 link set lo up
ip link add eth0 netns c type veth peer name c0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip link add w1 netns r type veth peer name eth0 netns up1
ip -n r addr add 10.2.0.1/24 dev w1
ip -n up1 addr add 10.2.0.2/24 dev eth0
ip -n r link set w1 up
ip -n up1 link set eth0 up
ip link add w2 netns r type veth peer name eth0 netns up2
ip -n r addr add 10.3.0.1/24 dev w2
ip -n up2 addr add 10.3.0.2/24 dev eth0
ip -n r link set w2 up
ip -n up2 link set eth0 up
ip -n up1 addr add 198.51.100.1/32 dev lo
ip -n up2 addr add 198.51.100.1/32 dev lo
ip -n c route add default via 10.1.0.1
ip -n up1 route add default via 10.2.0.1
ip -n up2 route add default via 10.3.0.1
ip -n r route add default via 10.2.0.2
ip -n r route add default via 10.3.0.2 table 100
ip -n r rule add fwmark 0x1/0xff lookup 100
ip netns exec r iptables -t mangle -A PREROUTING -p udp --dport 53 -j MARK --set-mark 1
ip netns exec r iptables -t mangle -A OUTPUT -p udp --dport 53 -j MARK --set-mark 0x101
# --- traffic ---
ip netns exec c ping -c1 -W1 198.51.100.1
echo x | ip netns exec c nc -u -w1 -p 40001 198.51.100.1 53
echo x | ip netns exec r nc -u -w1 -p 40002 198.51.100.1 53
echo x | ip netns exec r nc -u -w1 -p 40003 198.51.100.1 54
