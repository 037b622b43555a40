# The node and its own pod, both ways, and a pod that asks the node by each of its addresses.
# Lesson: node to pod starts in OUTPUT and leaves by the bridge device; pod to node comes up through the bridge into INPUT.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip -n node link add eth0 type veth peer name peer
ip -n node addr add 192.0.2.10/24 dev eth0
ip -n node link set eth0 up
ip -n node link set peer up
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns node
ip -n node link set vweb master cni0
ip -n node link set vweb up
ip -n web addr add 10.244.0.2/24 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 10.244.0.1
ip netns exec node iptables -A OUTPUT -o cni0 -j ACCEPT
ip netns exec node iptables -A INPUT -i cni0 -d 192.0.2.10 -j ACCEPT
ip netns exec node iptables -A INPUT -i lo -j ACCEPT
# --- traffic ---
ip netns exec node ping -c1 -W1 10.244.0.2
ip netns exec web ping -c1 -W1 10.244.0.1
ip netns exec web ping -c1 -W1 192.0.2.10
ip netns exec node ping -c1 -W1 192.0.2.10
ip netns exec web timeout 2 nc -l 8080 &
sleep 0.2
echo probe | ip netns exec node timeout 0.7 nc -N -w1 -p 40001 10.244.0.2 8080
wait
