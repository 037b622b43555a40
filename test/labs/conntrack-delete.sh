# An entry is deleted under a running UDP conversation, and the nat rule has changed meanwhile.
# Lesson: an established flow keeps its translation whatever the rules say; after -D the next packet is NEW and asks them again.
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip link add eth0 netns client type veth peer name eth0 netns node
ip -n client addr add 192.0.2.2/24 dev eth0
ip -n node addr add 192.0.2.1/24 dev eth0
ip -n client link set eth0 up
ip -n node link set eth0 up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip netns add one
ip netns exec one sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n one link set lo up
ip link add eth0 netns one type veth peer name vone netns node
ip -n node link set vone master cni0
ip -n node link set vone up
ip -n one addr add 10.244.0.11/24 dev eth0
ip -n one link set eth0 up
ip -n one route add default via 10.244.0.1
ip netns add two
ip netns exec two sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n two link set lo up
ip link add eth0 netns two type veth peer name vtwo netns node
ip -n node link set vtwo master cni0
ip -n node link set vtwo up
ip -n two addr add 10.244.0.12/24 dev eth0
ip -n two link set eth0 up
ip -n two route add default via 10.244.0.1
ip netns exec node iptables -t nat -A PREROUTING -d 192.0.2.1 -p udp --dport 53 -j DNAT --to-destination 10.244.0.11
ip netns exec one iptables -A INPUT -p udp -j DROP
ip netns exec two iptables -A INPUT -p udp -j DROP
# --- traffic ---
echo 1 | ip netns exec client nc -u -w1 -p 40001 192.0.2.1 53
ip netns exec node iptables -t nat -R PREROUTING 1 -d 192.0.2.1 -p udp --dport 53 -j DNAT --to-destination 10.244.0.12
echo 2 | ip netns exec client nc -u -w1 -p 40001 192.0.2.1 53
ip netns exec node conntrack -D -p udp --orig-port-dst 53
echo 3 | ip netns exec client nc -u -w1 -p 40001 192.0.2.1 53
