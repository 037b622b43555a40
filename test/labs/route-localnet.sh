# A NodePort on 127.0.0.1, the way kube-proxy offers it, and DNAT to a loopback address.
# Lesson: a loopback address must not leave or enter a device unless route_localnet says so for that device.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns node
ip -n node link set vweb master cni0
ip -n node link set vweb up
ip -n web addr add 10.244.0.2/24 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 10.244.0.1
ip netns exec node iptables -t nat -A OUTPUT -d 127.0.0.1 -p udp --dport 30053 -j DNAT --to-destination 10.244.0.2:53
ip netns exec node iptables -t nat -A POSTROUTING -s 127.0.0.1 ! -o lo -j MASQUERADE
ip netns exec node iptables -t nat -A PREROUTING -d 10.244.0.1 -p udp --dport 8080 -j DNAT --to-destination 127.0.0.1:9090
# --- traffic ---
echo x | ip netns exec node nc -u -w1 -p 40001 127.0.0.1 30053
echo x | ip netns exec web nc -u -w1 -p 40002 10.244.0.1 8080
ip netns exec node sysctl -qw net.ipv4.conf.cni0.route_localnet=1
echo x | ip netns exec node nc -u -w1 -p 40003 127.0.0.1 30053
echo x | ip netns exec web nc -u -w1 -p 40004 10.244.0.1 8080
