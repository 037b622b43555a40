# A published port whose container does not listen: the error comes back through the translation.
# Lesson: source of the error and the packet quoted inside are both translated back, so the client sees only what it sent.
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip link add eth0 netns client type veth peer name eth0 netns host
ip -n client addr add 192.0.2.2/24 dev eth0
ip -n host addr add 192.0.2.1/24 dev eth0
ip -n client link set eth0 up
ip -n host link set eth0 up
ip netns add c1
ip netns exec c1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c1 link set lo up
ip link add eth0 netns c1 type veth peer name vc1 netns host
ip -n host link set vc1 master docker0
ip -n host link set vc1 up
ip -n c1 addr add 172.17.0.2/16 dev eth0
ip -n c1 link set eth0 up
ip -n c1 route add default via 172.17.0.1
ip netns exec host iptables -t nat -N DOCKER
ip netns exec host iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
ip netns exec host iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
ip netns exec host iptables -t nat -A DOCKER ! -i docker0 -p udp --dport 8053 -j DNAT --to-destination 172.17.0.2:53
ip netns exec host iptables -A FORWARD -m conntrack --ctstate RELATED -j ACCEPT
# --- traffic ---
echo anyone | ip netns exec client nc -u -w1 -p 40001 192.0.2.1 8053
echo anyone | ip netns exec c1 nc -u -w1 -p 40002 192.0.2.2 9000
