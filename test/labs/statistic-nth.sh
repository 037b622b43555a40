# Three endpoints taken in turn: a rule for every third, one for every second of the rest, one for what is left.
# Lesson: each rule counts the packets that reach it, from its own start value; a flow is drawn for once.
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip link add eth0 netns client type veth peer name eth0 netns node
ip -n client addr add 192.0.2.2/24 dev eth0
ip -n node addr add 192.0.2.1/24 dev eth0
ip -n client link set eth0 up
ip -n node link set eth0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip link add eth0 netns a type veth peer name va netns node
ip -n node link set va master cni0
ip -n node link set va up
ip -n a addr add 10.244.0.11/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.244.0.1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns b type veth peer name vb netns node
ip -n node link set vb master cni0
ip -n node link set vb up
ip -n b addr add 10.244.0.12/24 dev eth0
ip -n b link set eth0 up
ip -n b route add default via 10.244.0.1
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip link add eth0 netns c type veth peer name vc netns node
ip -n node link set vc master cni0
ip -n node link set vc up
ip -n c addr add 10.244.0.13/24 dev eth0
ip -n c link set eth0 up
ip -n c route add default via 10.244.0.1
ip -n client route add default via 192.0.2.1
ip netns exec node iptables -t nat -N SPREAD
ip netns exec node iptables -t nat -A PREROUTING -p udp -d 10.96.0.80 --dport 80 -j SPREAD
ip netns exec node iptables -t nat -A SPREAD -p udp -m statistic --mode nth --every 3 --packet 0 -j DNAT --to-destination 10.244.0.11:8080
ip netns exec node iptables -t nat -A SPREAD -p udp -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.244.0.12:8080
ip netns exec node iptables -t nat -A SPREAD -p udp -j DNAT --to-destination 10.244.0.13:8080
# --- traffic ---
echo x | ip netns exec client nc -u -w1 -p 40001 10.96.0.80 80
echo x | ip netns exec client nc -u -w1 -p 40002 10.96.0.80 80
echo x | ip netns exec client nc -u -w1 -p 40003 10.96.0.80 80
echo x | ip netns exec client nc -u -w1 -p 40004 10.96.0.80 80
