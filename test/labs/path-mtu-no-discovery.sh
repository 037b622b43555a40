# A host with net.ipv4.ip_no_pmtu_disc set one way after another, behind a router with a smaller MTU.
# Lesson: with 1, what a router says of the path is not believed: the path is locked at min_pmtu (552), and stays so, whatever the setting is afterwards.
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
ip -n r link set r2 mtu 1300
ip -n b link set eth0 mtu 1300
# --- traffic ---
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=1
ip netns exec a ping -c1 -W1 -M do -s 1400 10.2.0.2
ip -n a route show cache
ip -n a route get 10.2.0.2
ip netns exec a ping -c1 -W1 -M do -s 1400 10.2.0.2
ip -n a route get 10.2.0.2
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=2
ip netns exec a ping -c1 -W1 -M do -s 1400 10.2.0.2
ip -n a route get 10.2.0.2
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=3
ip netns exec a ping -c1 -W1 -M do -s 1400 10.2.0.2
ip -n a route get 10.2.0.2
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=0
ip netns exec a ping -c1 -W1 -M do -s 1400 10.2.0.2
ip -n a route get 10.2.0.2
ip netns exec r ip link set r2 mtu 500
ip netns exec a ping -c1 -W1 -M do -s 1200 10.2.0.2
ip -n a route get 10.2.0.2
ip netns exec a sysctl -w net.ipv4.route.min_pmtu=1000
