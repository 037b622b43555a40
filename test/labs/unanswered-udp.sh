# The same unanswered question twice: the nat rules see it once, filter calls it NEW both times.
# Lesson: an entry is confirmed when its first packet has passed, but NEW until an answer came; nat looks at unconfirmed packets alone.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name a0 netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev a0
ip -n a link set eth0 up
ip -n r link set a0 up
ip link add b0 netns r type veth peer name eth0 netns b
ip -n r addr add 10.2.0.1/24 dev b0
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r link set b0 up
ip -n b link set eth0 up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip netns exec r iptables -t nat -A PREROUTING -p udp -d 10.1.0.1 --dport 53 -j DNAT --to-destination 10.2.0.2:5353
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW
ip netns exec r iptables -A FORWARD -m conntrack --ctstate ESTABLISHED
ip netns exec b iptables -A INPUT -p udp --dport 5353 -j DROP
# --- traffic ---
echo one | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 53
echo two | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 53
ip netns exec b iptables -F INPUT
echo three | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 53
echo four | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 53
