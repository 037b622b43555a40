# A pod leaves the cluster's network: MASQUERADE gives it the address of the device by which it leaves.
# Lesson: a free port is kept, a taken one is drawn anew; the reply is translated before routing, so FORWARD sees the pod.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip netns add world
ip netns exec world sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n world link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip link add eth0 netns a type veth peer name va netns node
ip -n node link set va master cni0
ip -n node link set va up
ip -n a addr add 10.244.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.244.0.1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns b type veth peer name vb netns node
ip -n node link set vb master cni0
ip -n node link set vb up
ip -n b addr add 10.244.0.3/24 dev eth0
ip -n b link set eth0 up
ip -n b route add default via 10.244.0.1
ip link add eth0 netns node type veth peer name eth0 netns world
ip -n node addr add 192.0.2.10/24 dev eth0
ip -n world addr add 192.0.2.1/24 dev eth0
ip -n node link set eth0 up
ip -n world link set eth0 up
ip netns exec node iptables -t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE
ip netns exec node iptables -A FORWARD -i eth0 -d 10.244.0.2 -j ACCEPT
# --- traffic ---
echo answer | ip netns exec world timeout 1.5 nc -u -l 5000 &
sleep 0.2
echo question | ip netns exec a nc -u -w1 -p 40001 192.0.2.1 5000
wait
echo collision | ip netns exec b nc -u -w1 -p 40001 192.0.2.1 5000
ip netns exec a ping -c1 -W1 192.0.2.1
