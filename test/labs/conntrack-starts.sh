# Conntrack does not exist in a namespace until a rule needs it.
# Lesson: without such a rule no entries, no state; the first one starts it, for all packets, and it stays until the last is gone.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns a type veth peer name r1 netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n a link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns b type veth peer name r2 netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev r2
ip -n b link set eth0 up
ip -n r link set r2 up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L
ip netns exec r conntrack -C
ip netns exec r iptables -A FORWARD -s 10.1.0.0/24
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L
ip netns exec r iptables -D FORWARD 2
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L
ip netns exec r iptables -t nat -A POSTROUTING -s 10.99.0.0/16 -j MASQUERADE
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -L
ip netns exec r iptables -t nat -F
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r conntrack -C
