# Routes that lead nowhere: blackhole, unreachable, prohibit, throw, and none at all; for a forwarded packet and for the router's own.
# Lesson: each type has its ICMP code and its errno; a blackhole says nothing to the network and EINVAL to the caller; throw asks on.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns c type veth peer name c0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip -n c route add default via 10.1.0.1
ip -n r route add blackhole 10.20.0.0/16
ip -n r route add unreachable 10.21.0.0/16
ip -n r route add prohibit 10.22.0.0/16
ip -n r route add throw 10.23.0.0/16 table 77
ip -n r route add 10.0.0.0/8 via 10.1.0.2 table 77
ip -n r rule add pref 100 to 10.23.0.0/16 lookup 77
ip netns exec r iptables -t mangle -A PREROUTING -p icmp
ip netns exec r iptables -A OUTPUT -p icmp
# --- traffic ---
ip netns exec c ping -c1 -W1 10.20.0.1
ip netns exec c ping -c1 -W1 10.21.0.1
ip netns exec c ping -c1 -W1 10.22.0.1
sleep 3
ip netns exec c ping -c1 -W1 10.23.0.1
ip netns exec c ping -c1 -W1 10.24.0.1
ip netns exec r ping -c1 -W1 10.20.0.1
ip netns exec r ping -c1 -W1 10.21.0.1
ip netns exec r ping -c1 -W1 10.22.0.1
ip netns exec r ping -c1 -W1 10.24.0.1
