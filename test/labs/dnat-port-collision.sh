# Two published ports lead to one server port, and one client asks both from the same port.
# Lesson: after DNAT both flows would look alike; the second one gets another source port by chance, though no rule says so.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns c type veth peer name r1 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n c link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns s type veth peer name r2 netns r
ip -n s addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev r2
ip -n s link set eth0 up
ip -n r link set r2 up
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 8001 -j DNAT --to-destination 10.2.0.2:53
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 8002 -j DNAT --to-destination 10.2.0.2:53
# --- traffic ---
ip netns exec s timeout 2 nc -u -l -k 53 &
sleep 0.2
echo 1 | ip netns exec c timeout 0.3 nc -u -p 40001 10.1.0.1 8001
echo 2 | ip netns exec c timeout 0.3 nc -u -p 40001 10.1.0.1 8002
echo 3 | ip netns exec c timeout 0.3 nc -u -p 40001 10.2.0.2 53
wait
