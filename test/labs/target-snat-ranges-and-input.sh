# SNAT behind routing and in front of this host's own sockets, to ranges of addresses and ports.
# Lesson: in INPUT the sender is another one to the program alone, and its answer finds the way back; a port inside the range is kept, one port for two flows to the same server is none for the second.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name ra netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev ra
ip -n a link set eth0 up
ip -n r link set ra up
ip link add eth0 netns b type veth peer name rb netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rb
ip -n b link set eth0 up
ip -n r link set rb up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip -n a addr add 10.1.0.3/24 dev eth0
ip -n b route add 172.16.0.0/16 via 10.2.0.1
ip -n r route add 172.17.0.0/16 via 10.1.0.2
ip netns exec r iptables -t nat -A POSTROUTING -p udp --dport 7001 -j SNAT --to-source 172.16.0.1-172.16.0.9
ip netns exec r iptables -t nat -A POSTROUTING -p udp --dport 7002 -j SNAT --to-source 172.16.0.1-172.16.0.9 --persistent
ip netns exec r iptables -t nat -A POSTROUTING -p udp --dport 7003 -j SNAT --to-source 172.16.0.1:40000-40100
ip netns exec r iptables -t nat -A POSTROUTING -p udp --dport 7004 -j SNAT --to-source 172.16.0.1:5555
ip netns exec r iptables -t nat -A POSTROUTING -p udp --dport 7005 -j SNAT --to-source :5556
ip netns exec r iptables -t nat -A POSTROUTING -p icmp -s 10.1.0.3 -j SNAT --to-source 172.16.0.3
ip netns exec r iptables -t nat -A INPUT -p udp -j SNAT --to-source 172.17.0.1-172.17.0.5
ip netns exec r iptables -t nat -A INPUT -p icmp -j SNAT --to-source 172.17.0.7
ip netns exec r iptables -t nat -A INPUT -p tcp --dport 80 -j SNAT --to-source 172.17.0.8:6000
for n in a b r; do ip netns exec $n sysctl -qw net.ipv4.icmp_ratelimit=0; done
ip netns exec r timeout 9 nc -l 80 >/dev/null &
sleep 0.3
# --- traffic ---
echo hello | timeout 0.7 ip netns exec a nc -N -p 40003 10.1.0.1 80
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 7001
echo x | ip netns exec a nc -u -w1 -s 10.1.0.3 -p 40002 10.2.0.2 7001
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 7002
echo x | ip netns exec a nc -u -w1 -s 10.1.0.3 -p 40004 10.2.0.2 7002
echo x | ip netns exec a nc -u -w1 -p 40005 10.2.0.2 7003
echo x | ip netns exec a nc -u -w1 -p 40005 10.2.0.2 7004
echo x | ip netns exec a nc -u -w1 -p 40006 10.2.0.2 7004
echo x | ip netns exec a nc -u -w1 -p 40007 10.2.0.2 7005
ip netns exec a ping -c1 -W1 -I 10.1.0.3 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
echo x | ip netns exec a nc -u -w1 -p 40008 10.1.0.1 9
echo x | ip netns exec a nc -u -w1 -s 10.1.0.3 -p 40009 10.1.0.1 9
echo x | ip netns exec r nc -u -w1 -p 40010 10.2.0.2 7001
ip netns exec r iptables -t nat -S
