# No more than two flows from one host, and no more than one connection at a time to a server.
# Lesson: only what conntrack still has counts, closed connections do not; a refused flow is not counted either.
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
ip -n a addr add 10.0.0.3/24 dev eth0
ip netns exec b iptables -A INPUT -p tcp --syn --dport 80 -m connlimit --connlimit-above 1 -j REJECT --reject-with tcp-reset
ip netns exec b iptables -A INPUT -p udp -m connlimit --connlimit-upto 3 --connlimit-mask 24
ip netns exec b iptables -A INPUT -p udp -m connlimit --connlimit-above 2 -j DROP
ip netns exec b iptables -A INPUT -p udp -m connlimit --connlimit-above 2 --connlimit-daddr -j REJECT
ip netns exec b timeout 12 nc -k -l 80 >/dev/null &
sleep 0.3
# --- traffic ---
echo one | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 5001
echo two | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 5001
echo three | ip netns exec a nc -u -w1 -p 40003 10.0.0.2 5001
echo four | ip netns exec a nc -u -w1 -s 10.0.0.3 -p 40004 10.0.0.2 5001
ip netns exec b conntrack -D -p udp --sport 40001
echo five | ip netns exec a nc -u -w1 -p 40005 10.0.0.2 5001
echo hello | timeout 0.7 ip netns exec a nc -N -p 40006 10.0.0.2 80
echo hello | timeout 0.7 ip netns exec a nc -N -p 40007 10.0.0.2 80
