# A host sends by way of the wrong router on its own network, and is told the better one.
# Lesson: the router forwards and sends a redirect to the host; the host keeps an exception for that address alone, and a host that must not believe it goes on as before.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add r1
ip netns exec r1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r1 link set lo up
ip netns add r2
ip netns exec r2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r2 link set lo up
ip netns add sw
ip netns exec sw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n sw link set lo up
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
ip link add eth0 netns a type veth peer name pa netns sw
ip -n sw link set pa master br0
ip -n sw link set pa up
ip -n a addr add 10.0.0.10/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.0.0.1
ip link add eth0 netns r1 type veth peer name pr1 netns sw
ip -n sw link set pr1 master br0
ip -n sw link set pr1 up
ip -n r1 addr add 10.0.0.1/24 dev eth0
ip -n r1 link set eth0 up
ip link add eth0 netns r2 type veth peer name pr2 netns sw
ip -n sw link set pr2 master br0
ip -n sw link set pr2 up
ip -n r2 addr add 10.0.0.2/24 dev eth0
ip -n r2 link set eth0 up
ip link add e1 netns r2 type veth peer name eth0 netns b
ip -n r2 addr add 10.2.0.1/24 dev e1
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r2 link set e1 up
ip -n b link set eth0 up
ip -n b route add default via 10.2.0.1
ip -n r1 route add 10.2.0.0/24 via 10.0.0.2
ip netns exec a sysctl -qw net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.eth0.accept_redirects=1 net.ipv4.conf.all.secure_redirects=1
ip netns exec r1 sysctl -qw net.ipv4.conf.all.send_redirects=1 net.ipv4.conf.eth0.send_redirects=1
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.2.0.2
ip -n a route get 10.2.0.2
ip -n a route show cache
ip -n a route flush cache
ip netns exec a sysctl -w net.ipv4.conf.eth0.accept_redirects=0 net.ipv4.conf.all.accept_redirects=0
sleep 1
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r1 sysctl -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
ip netns exec a ping -c1 -W1 10.2.0.2
