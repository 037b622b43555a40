# A router with policy rules for protocols and ports, and a host with one of its own.
# Lesson: ports of a fragment are unknown; a rule for a port holds for the connect of a socket, and the way back is asked with the ports swapped.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns a type veth peer name d1 netns r
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev d1
ip -n a link set eth0 up
ip -n r link set d1 up
ip link add eth0 netns b type veth peer name d2 netns r
ip -n b addr add 10.0.2.2/24 dev eth0
ip -n r addr add 10.0.2.1/24 dev d2
ip -n b link set eth0 up
ip -n r link set d2 up
ip -n a route add default via 10.0.1.1
ip -n b route add default via 10.0.2.1
ip -n r rule add ipproto icmp to 10.0.2.0/24 prohibit
ip -n r rule add ipproto udp dport 53 unreachable
ip -n r rule add ipproto udp sport 5000 iif lo unreachable
ip -n a rule add ipproto tcp dport 81 blackhole
ip -n b rule add ipproto udp to 10.0.1.0/24 unreachable
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.2.2
sleep 1.2
ip netns exec b ping -c1 -W1 10.0.1.2
sleep 1.2
echo ask | ip netns exec a timeout 0.7 nc -u -W1 -p 42001 10.0.2.2 53
sleep 1.2
echo ask | ip netns exec a timeout 0.7 nc -u -W1 -p 42001 10.0.2.2 54
sleep 1.2
echo ask | ip netns exec a timeout 0.7 nc -N -p 41001 10.0.2.2 81
echo ask | ip netns exec a timeout 0.7 nc -N -p 41002 10.0.2.2 80
echo ask | ip netns exec r timeout 0.7 nc -u -W1 -p 5000 10.0.1.2 80
ip netns exec b ping -c1 -W1 -I 10.0.2.2 10.0.1.2
