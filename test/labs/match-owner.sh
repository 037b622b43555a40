# Who sends: programs of root, the kernel itself, nobody.
# Lesson: what the kernel answers alone (echo replies, resets of closed ports) has a socket of the kernel, but nobody owns it; on the way in there is no socket.
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
ip netns exec b iptables -A OUTPUT -m owner --uid-owner 0
ip netns exec b iptables -A OUTPUT -m owner ! --uid-owner 0
ip netns exec b iptables -A OUTPUT -m owner --gid-owner 1-5
ip netns exec b iptables -A OUTPUT -m owner --socket-exists --uid-owner root
ip netns exec b iptables -A OUTPUT -m owner ! --socket-exists
ip netns exec b iptables -A OUTPUT -m owner ! --uid-owner 5 ! --gid-owner 6
ip netns exec b iptables -t mangle -A POSTROUTING -m owner --socket-exists
ip netns exec b iptables -t nat -A OUTPUT -p udp --dport 99 -m owner --uid-owner 0 -j DNAT --to-destination :98
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b timeout 9 nc -l 80 >/dev/null &
sleep 0.3
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ping -c1 -W1 10.0.0.1
timeout 0.7 ip netns exec a nc -p 40001 10.0.0.2 81
echo hi | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 53
echo hi | ip netns exec b nc -u -w1 -p 40003 10.0.0.1 99
echo hello | timeout 0.7 ip netns exec a nc -N -p 40004 10.0.0.2 80
