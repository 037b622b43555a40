# Somebody types iptables -t nat -F on a node whose Services are in use.
# Lesson: with iptables-nft the empty chains vanish, and with them all translation, also of flows that are established; with a chain left, established ones go on.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n link set lo up
ip -n n link add cni0 type bridge
ip -n n addr add 10.244.0.1/24 dev cni0
ip -n n link set cni0 up
ip link add eth0 netns c type veth peer name vc netns n
ip -n n link set vc master cni0
ip -n n link set vc up
ip -n c addr add 10.244.0.2/24 dev eth0
ip -n c link set eth0 up
ip -n c route add default via 10.244.0.1
ip link add eth0 netns s type veth peer name vs netns n
ip -n n link set vs master cni0
ip -n n link set vs up
ip -n s addr add 10.244.0.3/24 dev eth0
ip -n s link set eth0 up
ip -n s route add default via 10.244.0.1
ip netns exec n iptables -t nat -N KUBE-SERVICES
ip netns exec n iptables -t nat -A PREROUTING -j KUBE-SERVICES
ip netns exec n iptables -t nat -A KUBE-SERVICES -d 10.96.0.10 -p udp --dport 53 -j DNAT --to-destination 10.244.0.3:5353
ip netns exec n iptables -t nat -A KUBE-SERVICES -d 10.96.0.11 -p tcp --dport 80 -j DNAT --to-destination 10.244.0.3:8080
ip netns exec n iptables -t nat -A POSTROUTING -s 10.244.0.0/24 -d 10.244.0.0/24 -j MASQUERADE
ip -n n route add unreachable 10.96.0.0/12
# --- traffic ---
ip netns exec s timeout 7 nc -u -l -k 5353 &
sleep 0.2
echo 1 | ip netns exec c timeout 0.3 nc -u -p 40001 10.96.0.10 53
ip netns exec n iptables -t nat -F KUBE-SERVICES
echo 2 | ip netns exec c timeout 0.3 nc -u -p 40001 10.96.0.10 53
echo 3 | ip netns exec c timeout 0.3 nc -u -p 40002 10.96.0.10 53
ip netns exec n iptables -t nat -F
echo 4 | ip netns exec c timeout 0.3 nc -u -p 40001 10.96.0.10 53
ip netns exec c timeout 0.7 nc -z -p 40004 10.96.0.11 80
ip netns exec n iptables -t nat -A PREROUTING -d 10.96.0.99 -j ACCEPT
sleep 3
echo 5 | ip netns exec c timeout 0.3 nc -u -p 40001 10.96.0.10 53
ip netns exec n iptables -t nat -A POSTROUTING -d 10.96.0.99 -j ACCEPT
echo 6 | ip netns exec c timeout 0.3 nc -u -p 40001 10.96.0.10 53
wait
