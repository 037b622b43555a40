# A host pings its network, and a rule asks whose packets those are.
# Lesson: the copy that the sender itself gets back passes POSTROUTING first, and belongs to nobody.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0 net.ipv4.icmp_echo_ignore_broadcasts=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec a iptables -t mangle -A POSTROUTING -m owner --uid-owner 0
ip netns exec a iptables -t mangle -A POSTROUTING -m owner ! --socket-exists
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 -b 10.0.0.255
