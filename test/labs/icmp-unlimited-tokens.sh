# A router without a rate limit for ICMP refuses a port, then a route, then a port again.
# Lesson: a message that is not limited leaves nothing for refused routes, which are limited all the same; two errors at one moment do.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip -n r link set lo up
ip link add eth0 netns a type veth peer name d1 netns r
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev d1
ip -n a link set eth0 up
ip -n r link set d1 up
ip -n a route add default via 10.0.1.1
# --- traffic ---
echo ask | ip netns exec a timeout 0.5 nc -u -W1 -p 42001 10.0.1.1 8080
sleep 0.4
echo ask | ip netns exec a timeout 0.5 nc -u -W1 -p 42001 10.96.0.1 8080
sleep 1.5
echo ask | ip netns exec a timeout 0.5 nc -u -W1 -p 42001 10.96.0.1 8080
sleep 0.3
echo ask | ip netns exec a timeout 0.5 nc -u -W1 -p 42001 10.0.1.1 8080
sleep 0.2
echo ask | ip netns exec a timeout 0.5 nc -u -W1 -p 42001 10.96.0.1 8080
