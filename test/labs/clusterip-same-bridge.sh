# A Service whose endpoint sits on the client's own bridge, with br_netfilter off.
# Lesson: the request is routed and translated, the answer takes the short way over the bridge and arrives from a stranger.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip netns exec node sysctl -qw net.bridge.bridge-nf-call-iptables=0
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip link add eth0 netns client type veth peer name vclient netns node
ip -n node link set vclient master cni0
ip -n node link set vclient up
ip -n client addr add 10.244.0.10/24 dev eth0
ip -n client link set eth0 up
ip -n client route add default via 10.244.0.1
ip netns add dns
ip netns exec dns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n dns link set lo up
ip link add eth0 netns dns type veth peer name vdns netns node
ip -n node link set vdns master cni0
ip -n node link set vdns up
ip -n dns addr add 10.244.0.20/24 dev eth0
ip -n dns link set eth0 up
ip -n dns route add default via 10.244.0.1
ip netns exec node iptables -t nat -A PREROUTING -d 10.96.0.10 -p udp --dport 53 -j DNAT --to-destination 10.244.0.20:5353
ip netns exec node iptables -t nat -A PREROUTING -d 10.96.0.10 -p tcp --dport 53 -j DNAT --to-destination 10.244.0.20:5353
# --- traffic ---
echo answer | ip netns exec dns timeout 2 nc -u -l 5353 &
sleep 0.2
echo query | ip netns exec client nc -u -w1 -p 40001 10.96.0.10 53
wait
ip netns exec dns timeout 1.5 nc -l 5353 &
sleep 0.2
ip netns exec client timeout 0.7 nc -z -w1 -p 40002 10.96.0.10 53
wait
ip netns exec node sysctl -qw net.bridge.bridge-nf-call-iptables=1
echo answer | ip netns exec dns timeout 2 nc -u -l 5353 &
sleep 0.2
echo query | ip netns exec client nc -u -w1 -p 40003 10.96.0.10 53
wait
