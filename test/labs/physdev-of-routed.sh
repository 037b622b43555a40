# A router with a bridge: what its rules still know of the bridge port when the packet is routed, and where a reset goes.
# Lesson: with br_netfilter a packet keeps its port all the way through the router; a TCP reset leaves by that port, in the name of the host it was for.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
ip -n n link set lo up
ip -n n link add cni0 type bridge
ip -n n addr add 10.244.0.1/24 dev cni0
ip -n n link set cni0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip link add va netns n type veth peer name eth0 netns a
ip -n n link set va master cni0
ip -n n link set va up
ip -n a addr add 10.244.0.11/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.244.0.1
ip netns add x
ip netns exec x sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n x link set lo up
ip link add eth0 netns x type veth peer name ext0 netns n
ip -n x addr add 192.168.7.2/24 dev eth0
ip -n n addr add 192.168.7.1/24 dev ext0
ip -n x link set eth0 up
ip -n n link set ext0 up
ip -n x route add default via 192.168.7.1
ip netns exec n iptables -A INPUT -m physdev --physdev-in va
ip netns exec n iptables -A FORWARD -m physdev --physdev-is-in
ip netns exec n iptables -A FORWARD -m physdev --physdev-is-bridged
ip netns exec n iptables -A FORWARD -p tcp --dport 80 -j REJECT --reject-with tcp-reset
ip netns exec n iptables -A INPUT -p tcp --dport 80 -j REJECT --reject-with tcp-reset
ip netns exec n iptables -t mangle -A POSTROUTING -m physdev --physdev-in va
# --- traffic ---
ip netns exec a ping -c1 -W0.5 10.244.0.1
ip netns exec a ping -c1 -W0.5 192.168.7.2
ip netns exec a ping -c1 -W0.5 -s 3000 192.168.7.2
echo ask | ip netns exec a timeout 0.7 nc -N -p 40001 192.168.7.2 80
echo ask | ip netns exec a timeout 0.7 nc -N -p 40002 192.168.7.1 80
echo ask | ip netns exec x timeout 0.7 nc -N -p 40003 10.244.0.11 80
