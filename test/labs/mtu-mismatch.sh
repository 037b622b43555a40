# The two ends of a pair disagree about the MTU: what one sends is too long for the other.
# Lesson: the frame is lost at the crossing; the sender is told at once, and of a fragmented packet only what came before is sent.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip link add eth0 netns c type veth peer name eth0 netns s
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n s addr add 10.1.0.1/24 dev eth0
ip -n c link set eth0 up
ip -n s link set eth0 up
ip -n s link set eth0 mtu 1000
# --- traffic ---
ip netns exec c ping -c1 -W1 -s 900 10.1.0.1
ip netns exec c ping -c1 -W1 -s 1400 10.1.0.1
ip netns exec c ping -c1 -W1 -s 2000 10.1.0.1
ip netns exec s ping -c1 -W1 -s 1400 10.1.0.2
ip netns exec c timeout 0.7 nc -z -p 40001 10.1.0.1 80
