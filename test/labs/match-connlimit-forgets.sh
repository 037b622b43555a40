# When a connection stops to count.
# Lesson: the list of a host is cleaned while somebody looks for his own place in it: a packet of the oldest connection finds itself at once, and what has gone behind it still counts.
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
ip netns exec b iptables-restore --noflush <<EOF
*filter
:look - [0:0]
-A INPUT -j look
-A look -m connlimit --connlimit-above 0
-A look -m connlimit --connlimit-above 1
-A look -m connlimit --connlimit-above 2
-A look -m connlimit --connlimit-above 3
COMMIT
EOF
ip netns exec b timeout 9 nc -u -l 9 >/dev/null &
ip netns exec b timeout 9 nc -u -l 10 >/dev/null &
sleep 0.2
# --- traffic ---
ip netns exec a ping -c4 -i 1 -W1 10.0.0.2 &
sleep 0.4
echo x | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 9 &
sleep 0.1
echo x | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 10 &
sleep 0.9
ip netns exec b conntrack -D -p udp --dport 9
ip netns exec b conntrack -D -p udp --dport 10
sleep 2
ip netns exec a ping -c1 -W1 10.0.0.2
