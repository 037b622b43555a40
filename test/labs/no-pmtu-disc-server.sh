# A server that does without path MTU discovery, a client that does not.
# Lesson: its SYN-ACK says "don't fragment" all the same, what follows does not.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0 net.ipv4.ip_no_pmtu_disc=1
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
# --- traffic ---
ip netns exec b timeout 9 nc -k -l 80 &
ip netns exec a timeout 9 nc -k -l 80 &
sleep 0.2
echo ask | ip netns exec a timeout 0.7 nc -N -p 40001 10.0.0.2 80
echo ask | ip netns exec b timeout 0.7 nc -N -p 40002 10.0.0.1 80
echo ask | ip netns exec b timeout 0.7 nc -N -p 40003 10.0.0.2 80
