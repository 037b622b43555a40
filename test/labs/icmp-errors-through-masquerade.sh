# A client behind MASQUERADE meets every kind of ICMP error.
# Lesson: each is RELATED, reaches the client, and quotes what the client sent; the entry that it is about stays as it was.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n link set lo up
ip netns add x
ip netns exec x sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n x link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip link add eth0 netns c type veth peer name lan netns n
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n n addr add 10.1.0.1/24 dev lan
ip -n c link set eth0 up
ip -n n link set lan up
ip link add wan netns n type veth peer name xin netns x
ip -n n addr add 192.0.2.1/24 dev wan
ip -n x addr add 192.0.2.2/24 dev xin
ip -n n link set wan up
ip -n x link set xin up
ip link add xout netns x type veth peer name eth0 netns s
ip -n x addr add 10.9.0.1/24 dev xout
ip -n s addr add 10.9.0.2/24 dev eth0
ip -n x link set xout up
ip -n s link set eth0 up
ip -n c route add default via 10.1.0.1
ip -n n route add default via 192.0.2.2
ip -n s route add default via 10.9.0.1
ip -n x route add prohibit 10.9.1.0/24
ip -n x link set xout mtu 1280
ip -n s link set eth0 mtu 1280
ip netns exec n iptables -t nat -A POSTROUTING -o wan -j MASQUERADE
ip netns exec n iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec n iptables -A FORWARD -m conntrack --ctstate RELATED -j ACCEPT
ip netns exec n iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
# --- traffic ---
echo hi | ip netns exec c nc -u -w1 -p 40001 10.9.0.2 9
ip netns exec c ping -c1 -W1 -t 2 10.9.0.2
ip netns exec c ping -c1 -W1 10.9.1.1
ip netns exec c ping -c1 -W1 10.200.0.1
ip netns exec c ping -c1 -W1 -M do -s 1400 10.9.0.2
ip netns exec c timeout 0.7 nc -z -p 40002 10.9.0.2 81
ip netns exec c ping -c1 -W4 10.9.0.77
ip netns exec n conntrack -L -p tcp
