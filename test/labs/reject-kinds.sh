# Every answer that REJECT can give, in INPUT and in FORWARD.
# Lesson: the answer's source is the address that the packet was sent to, or the router's; tcp-reset answers as the endpoint itself.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip link add eth0 netns c type veth peer name c0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip link add s0 netns r type veth peer name eth0 netns s
ip -n r addr add 10.2.0.1/24 dev s0
ip -n s addr add 10.2.0.2/24 dev eth0
ip -n r link set s0 up
ip -n s link set eth0 up
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r iptables -A INPUT -p udp --dport 5001 -j REJECT
ip netns exec r iptables -A INPUT -p tcp --dport 5002 -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A FORWARD -p udp --dport 6001 -j REJECT --reject-with icmp-net-unreachable
ip netns exec r iptables -A FORWARD -p udp --dport 6002 -j REJECT --reject-with icmp-host-unreachable
ip netns exec r iptables -A FORWARD -p udp --dport 6003 -j REJECT --reject-with icmp-proto-unreachable
ip netns exec r iptables -A FORWARD -p tcp --dport 6004 -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A FORWARD -p tcp --dport 6005 -j REJECT --reject-with icmp-admin-prohibited
ip netns exec r iptables -A FORWARD -p icmp -j REJECT --reject-with icmp-host-prohibited
ip netns exec s iptables -A INPUT -p udp -j REJECT --reject-with icmp-net-prohibited
# --- traffic ---
echo x | ip netns exec c nc -u -w1 -p 40001 10.1.0.1 5001
ip netns exec c timeout 0.7 nc -z -w1 -p 40002 10.1.0.1 5002
echo x | ip netns exec c nc -u -w1 -p 40003 10.2.0.2 6001
echo x | ip netns exec c nc -u -w1 -p 40004 10.2.0.2 6002
echo x | ip netns exec c nc -u -w1 -p 40005 10.2.0.2 6003
ip netns exec c timeout 0.7 nc -z -w1 -p 40006 10.2.0.2 6004
sleep 1
ip netns exec c timeout 0.7 nc -z -w1 -p 40007 10.2.0.2 6005
ip netns exec c ping -c1 -W1 10.2.0.2
echo x | ip netns exec c nc -u -w1 -p 40008 10.2.0.2 7000
