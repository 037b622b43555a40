# A policy rule that swallows ICMP, behind the local table.
# Lesson: the rule of the protocol does not keep a request out, for its address is local; it keeps the answer in, and the ICMP error about a closed port, but no UDP.
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
ip -n a rule add ipproto icmp blackhole pref 100
# --- traffic ---
ip netns exec b ping -c1 -W0.3 10.0.0.1
ip netns exec a ping -c1 -W0.3 10.0.0.2
echo ask | ip netns exec b timeout 0.5 nc -u -W1 -p 42001 10.0.0.1 53
echo answer | ip netns exec b timeout 3 nc -u -l 53 >/dev/null &
sleep 0.2
echo ask | ip netns exec a timeout 0.5 nc -u -W1 -p 42002 10.0.0.2 53
timeout 0.5 ip netns exec b nc -p 42003 10.0.0.1 80
