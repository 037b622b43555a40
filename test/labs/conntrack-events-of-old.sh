# Connections that are older than the watching.
# Lesson: their limits count like all others, but Linux tells of them only if somebody listened when they began.
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
ip netns exec b iptables -A INPUT -p tcp --syn --dport 80 -m connlimit --connlimit-above 1 -j REJECT --reject-with tcp-reset
ip netns exec b iptables -A INPUT -p tcp -m connlimit --connlimit-above 2 --connlimit-mask 0 
ip netns exec b iptables -A INPUT -p tcp -m connlimit --connlimit-upto 1 --connlimit-saddr
ip netns exec b timeout 12 nc -k -l 80 >/dev/null &
sleep 0.3

timeout 1.9 ip netns exec a nc -p 40001 10.0.0.2 80 &
sleep 0.3
# --- traffic ---
echo no | timeout 0.7 ip netns exec a nc -N -p 40002 10.0.0.2 80
echo no | timeout 0.7 ip netns exec a nc -N -p 40003 10.0.0.2 81
sleep 2
echo yes | timeout 0.7 ip netns exec a nc -N -p 40004 10.0.0.2 80
echo yes | timeout 0.7 ip netns exec a nc -N -p 40005 10.0.0.2 80
ip netns exec b conntrack -D -p tcp --orig-port-src 40001
