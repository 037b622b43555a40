# Matches of ports and ICMP types, each with and without an exclamation mark.
# Lesson: a range holds both ends; multiport's own exclamation mark stands before the list.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec b iptables -A INPUT -p udp -m multiport --dports 53,100:200 -j ACCEPT
ip netns exec b iptables -A INPUT -p udp -m multiport ! --ports 53,300 -j MARK --set-mark 3
ip netns exec b iptables -A INPUT -p udp --sport 40000:40002 ! --dport 301:65535 -j DROP
ip netns exec b iptables -A INPUT -p icmp --icmp-type echo-request -j ACCEPT
ip netns exec b iptables -A INPUT -p icmp ! --icmp-type 3/3 -j DROP
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 200
echo x | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 201
echo x | ip netns exec a nc -u -w1 -p 40003 10.0.0.2 300
echo x | ip netns exec a nc -u -w1 -p 40004 10.0.0.2 301
