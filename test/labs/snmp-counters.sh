# One packet for each counter that the network moves: a TTL, a missing route, DF, fragments, a drop, a port that nobody listens on.
# Lesson: each host counts what it does itself; a packet that a rule drops is counted nowhere.
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name r1 netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n a link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns b type veth peer name r2 netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev r2
ip -n b link set eth0 up
ip -n r link set r2 up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip -n r route add 10.8.0.0/16 via 10.2.0.2
ip -n r link set r2 mtu 1000
ip netns exec r iptables -A FORWARD -d 10.2.0.66 -j DROP
ip netns exec a sysctl -qw net.ipv4.icmp_echo_ignore_all=0
# --- traffic ---
ip netns exec a ping -c1 -W1 -t1 10.2.0.2
ip netns exec a ping -c1 -W1 10.200.0.1
ip netns exec a ping -c1 -W1 -M do -s 1200 10.2.0.2
ip netns exec a ping -c1 -W1 -s 2500 10.2.0.2
ip netns exec a ping -c1 -W1 10.2.0.66
ip netns exec a ping -c1 -W1 10.8.0.1
echo x | ip netns exec a timeout 0.3 nc -u -p 40001 10.2.0.2 99
ip netns exec a timeout 0.7 nc -z -p 40002 10.2.0.2 99
ip netns exec b timeout 2 nc -l 80 &
ip netns exec b timeout 1 nc -u -l 53 &
sleep 0.2
echo x | ip netns exec a timeout 0.7 nc -N -p 40003 10.2.0.2 80
echo x | ip netns exec a timeout 0.3 nc -u -p 40004 10.2.0.2 53
ip netns exec b ip addr del 10.2.0.2/24 dev eth0
ip netns exec b ping -c1 -W1 10.1.0.2
wait
