# Two ways between two hosts: the request comes by one, the route back leads by the other.
# Lesson: strict reverse path filtering drops before any rule but raw and mangle; loose lets it pass; the larger of all and the device counts.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add e1 netns a type veth peer name e1 netns b
ip -n a addr add 10.1.0.1/24 dev e1
ip -n b addr add 10.1.0.2/24 dev e1
ip -n a link set e1 up
ip -n b link set e1 up
ip link add e2 netns a type veth peer name e2 netns b
ip -n a addr add 10.2.0.1/24 dev e2
ip -n b addr add 10.2.0.2/24 dev e2
ip -n a link set e2 up
ip -n b link set e2 up
ip -n a addr add 10.9.0.1/32 dev lo
ip -n b route add 10.9.0.1/32 dev e2 via 10.2.0.1
ip netns exec b iptables -t mangle -A PREROUTING -s 10.9.0.1
ip netns exec b iptables -A INPUT -s 10.9.0.1
# --- traffic ---
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.1.0.2
ip netns exec b sysctl -qw net.ipv4.conf.e1.rp_filter=1
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.1.0.2
ip netns exec b sysctl -qw net.ipv4.conf.all.rp_filter=2
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.1.0.2
ip netns exec b sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.e1.rp_filter=0
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.1.0.2
ip -n b route del 10.9.0.1/32
ip netns exec b sysctl -qw net.ipv4.conf.all.rp_filter=2
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.1.0.2
