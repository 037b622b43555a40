# A path with a narrow part: the router makes both ends send segments that fit.
# Lesson: clamping takes the smaller MTU of the ways there and back, less 40; an offer that is small enough stays as it is.
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
ip -n r link set rb mtu 1300
ip -n b link set eth0 mtu 1300
ip netns exec r iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
ip netns exec b timeout 9 nc -l 80 >/dev/null &
sleep 0.3
ip netns exec a ping -c1 -W1 10.2.0.2
# --- traffic ---
echo hello | timeout 0.7 ip netns exec a nc -N -p 40001 10.2.0.2 80
ip -n r route change 10.1.0.0/24 dev ra mtu 1000
timeout 0.7 ip netns exec a nc -p 40002 10.2.0.2 81
ip netns exec r iptables -t mangle -A POSTROUTING -p tcp --syn -j TCPMSS --set-mss 500
timeout 0.7 ip netns exec a nc -p 40003 10.2.0.2 81
ip netns exec r iptables -t mangle -I FORWARD -p tcp --syn -j TCPMSS --set-mss 1400
timeout 0.7 ip netns exec a nc -p 40004 10.2.0.2 81
