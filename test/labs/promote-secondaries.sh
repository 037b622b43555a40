# The first address of a device is taken away while others of its subnet are still there.
# Lesson: without promote_secondaries all secondary addresses go with their primary; with it the next one takes its place, and its route.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n b addr add 10.0.0.9/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n b addr add 10.0.0.10/24 dev eth0
ip -n b addr add 10.0.0.11/24 dev eth0
ip -n b addr add 10.1.0.1/24 dev eth0
ip netns exec b sysctl -qw net.ipv4.conf.all.promote_secondaries=1
# --- traffic ---
ip -n b addr show dev eth0
ip netns exec b ping -c1 -W1 10.0.0.2
ip -n b addr del 10.0.0.9/24 dev eth0
ip -n b -br addr
ip -n b route
ip netns exec b ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.11
ip netns exec b sysctl -qw net.ipv4.conf.all.promote_secondaries=0
ip netns exec b sysctl -qw net.ipv4.conf.eth0.promote_secondaries=0
ip -n b addr del 10.0.0.10/24 dev eth0
ip -n b -4 addr show dev eth0
ip -n b route
ip netns exec b ping -c1 -W1 10.0.0.2
