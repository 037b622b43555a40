# Addresses that nobody may come from: a loopback address and the receiver's own.
# Lesson: both are dropped at the routing decision, behind PREROUTING, whatever rp_filter says; no answer, no ICMP.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a addr add 10.0.0.77/32 dev lo
ip -n b addr add 10.0.0.77/32 dev lo
ip netns exec a iptables -t nat -A POSTROUTING -p udp --dport 7 -j SNAT --to-source 127.0.0.9
ip netns exec b iptables -t mangle -A PREROUTING -p udp
ip netns exec b iptables -t mangle -A PREROUTING -p icmp
ip netns exec b iptables -A INPUT
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 -I 10.0.0.77 10.0.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 7
ip netns exec a ping -c1 -W1 -I 10.0.0.1 127.0.0.1
