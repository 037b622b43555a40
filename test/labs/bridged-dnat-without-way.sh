# A node translates what its pods ask for: to a pod on the same bridge, to where no route leads, to where forwarding is off.
# Lesson: what the node has no way for is handed up to it, and it says so itself; without forwarding bridged DNAT does not work either.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0
ip -n n link set lo up
ip -n n link add cni0 type bridge
ip -n n addr add 10.244.0.1/24 dev cni0
ip -n n link set cni0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip link add va address 02:00:00:00:01:01 netns n type veth peer name eth0 netns a
ip -n n link set va master cni0
ip -n n link set va up
ip -n a addr add 10.244.0.11/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.244.0.1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add vb address 02:00:00:00:01:02 netns n type veth peer name eth0 netns b
ip -n n link set vb master cni0
ip -n n link set vb up
ip -n b addr add 10.244.0.12/24 dev eth0
ip -n b link set eth0 up
ip -n b route add default via 10.244.0.1
ip netns exec n iptables -t nat -A PREROUTING -d 10.96.0.1 -j DNAT --to-destination 10.244.0.12
ip netns exec n iptables -t nat -A PREROUTING -d 10.96.0.2 -j DNAT --to-destination 10.77.0.1
# --- traffic ---
ip netns exec a ping -c1 -W0.5 10.96.0.1
ip netns exec a ping -c1 -W0.5 10.96.0.2
ip netns exec n sysctl -qw net.ipv4.ip_forward=0
ip netns exec a ping -c1 -W0.5 10.96.0.1
ip netns exec a ping -c1 -W0.5 10.96.0.2
