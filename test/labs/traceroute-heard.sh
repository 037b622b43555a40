# traceroute to a port where somebody listens, and to where no way leads.
# Lesson: a probe carries `@ABC…` for the sake of its length; without a route traceroute ends before its first line does.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a route add prohibit 10.9.0.0/16
# --- traffic ---
ip netns exec b timeout 20 nc -k -u -l 53 &
sleep 0.2
ip netns exec a traceroute -n -q1 -N1 -m3 -w0.4 -p 53 10.0.0.2
ip netns exec a traceroute -n -q1 -N1 -m3 10.8.0.1
ip netns exec a traceroute -n -q1 -N1 -m3 10.9.0.1
