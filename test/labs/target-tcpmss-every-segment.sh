# A TCPMSS rule that does not say SYN.
# Lesson: a segment that carries nothing and says no size gets the option put in and grows by four octets; one with data is left alone.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name ra netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev ra
ip -n a link set eth0 up
ip -n r link set ra up
ip link add eth0 netns b type veth peer name rb netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rb
ip -n b link set eth0 up
ip -n r link set rb up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip netns exec r iptables -t mangle -A FORWARD -p tcp --dport 80 -j TCPMSS --set-mss 1000
ip netns exec r iptables -t mangle -A OUTPUT -p tcp -j TCPMSS --clamp-mss-to-pmtu
ip netns exec b timeout 9 nc -l -k 80 >/dev/null &
ip netns exec b timeout 9 nc -l -k 81 >/dev/null &
sleep 0.3
# --- traffic ---
echo hello | timeout 0.7 ip netns exec a nc -N -p 40001 10.2.0.2 80
echo hello | timeout 0.7 ip netns exec r nc -N -p 40002 10.2.0.2 81
timeout 0.7 ip netns exec a nc -p 40003 10.1.0.1 82
