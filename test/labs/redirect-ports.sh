# REDIRECT: to the same port, to another, to a range; from outside and for the host's own packets.
# Lesson: outside packets go to the address of the device by which they came, own ones to 127.0.0.1; answers carry what was asked.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
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
ip netns exec r iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 3128
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 53 -j REDIRECT
ip netns exec r iptables -t nat -A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports 3128
ip netns exec r iptables -t nat -A PREROUTING -p icmp -d 10.2.0.2 -j REDIRECT
# --- traffic ---
ip netns exec r timeout 3 nc -k -l 3128 &
ip netns exec r timeout 3 nc -u -l 53 &
sleep 0.2
echo GET | ip netns exec c timeout 0.7 nc -N -p 40001 10.2.0.2 80
echo GET | ip netns exec r timeout 0.7 nc -N -p 40002 10.2.0.2 80
echo ask | ip netns exec c timeout 0.3 nc -u -p 40003 10.2.0.2 53
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec c timeout 0.7 nc -z -p 40004 10.2.0.2 81
wait
