# How many ICMP messages a host sends: for each host, for all together, and which types count.
# Lesson: icmp_ratemask names the types that are limited; the limit for all is asked first; echo replies are free unless the mask names them.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=2000
# --- traffic ---
ip netns exec a nc -u -z -w1 -p 40001 10.0.0.3 9
echo hi | ip netns exec a timeout 0.3 nc -u -p 40002 10.0.0.3 9
ip netns exec b sysctl -w net.ipv4.icmp_ratemask=6169
ip netns exec a ping -c4 -i0.2 -W1 10.0.0.3
ip netns exec b sysctl -w net.ipv4.icmp_ratemask=0
echo hi | ip netns exec a timeout 0.3 nc -u -p 40003 10.0.0.3 9
ip netns exec b sysctl -w net.ipv4.icmp_ratemask=6168 net.ipv4.icmp_msgs_per_sec=0 net.ipv4.icmp_msgs_burst=0
echo hi | ip netns exec a timeout 0.3 nc -u -p 40004 10.0.0.3 9
ip netns exec a ping -c1 -W1 10.0.0.3
