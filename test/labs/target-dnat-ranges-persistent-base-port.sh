# DNAT to ranges of addresses and ports, in both of its hooks.
# Lesson: the address is a hash of who asks whom, with --persistent of who asks alone; of ports the first free one is taken, and with a base port each keeps its distance to it.
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
for a in 3 4 5 6; do ip -n b addr add 10.2.0.$a/24 dev eth0; ip -n a addr add 10.1.0.$a/24 dev eth0; done
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7001 -j DNAT --to-destination 10.2.0.2-10.2.0.6
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7002 -j DNAT --to-destination 10.2.0.2-10.2.0.6 --persistent
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7003 -j DNAT --to-destination 10.2.0.2:5000-5003
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7100:7110 -j DNAT --to-destination 10.2.0.2:6000-6010/7100
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7200:7210 -j DNAT --to-destination 10.2.0.3-10.2.0.4:6100-6103/7200
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 7004 -j DNAT --to-destination :53
ip netns exec r iptables -t nat -A OUTPUT -p udp -d 10.9.0.0/16 --dport 7001 -j DNAT --to-destination 10.2.0.2-10.2.0.6:9 --persistent
ip netns exec r iptables -t nat -A OUTPUT -p udp -d 10.9.0.0/16 --dport 7100:7110 -j DNAT --to-destination 10.2.0.2:6000-6010/7100
ip netns exec r iptables -t nat -A OUTPUT -p icmp -d 10.9.0.0/16 -j DNAT --to-destination 10.2.0.5-10.2.0.6
ip netns exec r iptables -t nat -A PREROUTING -p icmp -d 10.9.0.0/16 -j DNAT --to-destination 10.2.0.2-10.2.0.3 --random
ip -n r route add 10.9.0.0/16 via 10.2.0.2
for n in a b r; do ip netns exec $n sysctl -qw net.ipv4.icmp_ratelimit=0; done
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -s 10.1.0.2 -p 40001 10.1.0.1 7001
echo x | ip netns exec a nc -u -w1 -s 10.1.0.3 -p 40002 10.1.0.1 7001
echo x | ip netns exec a nc -u -w1 -s 10.1.0.4 -p 40003 10.1.0.1 7001
echo x | ip netns exec a nc -u -w1 -s 10.1.0.5 -p 40004 10.1.0.1 7001
echo x | ip netns exec a nc -u -w1 -p 40011 10.1.0.1 7002
echo x | ip netns exec a nc -u -w1 -p 40012 10.9.0.1 7002
echo x | ip netns exec a nc -u -w1 -p 40013 10.9.0.2 7002
echo x | ip netns exec a nc -u -w1 -p 40021 10.1.0.1 7003
echo x | ip netns exec a nc -u -w1 -p 40021 10.9.0.1 7003
echo x | ip netns exec a nc -u -w1 -p 40021 10.9.0.2 7003
echo x | ip netns exec a nc -u -w1 -p 40031 10.1.0.1 7100
echo x | ip netns exec a nc -u -w1 -p 40032 10.1.0.1 7107
echo x | ip netns exec a nc -u -w1 -p 40033 10.1.0.1 7202
echo x | ip netns exec a nc -u -w1 -p 40034 10.1.0.1 7209
echo x | ip netns exec a nc -u -w1 -p 40035 10.1.0.1 7004
echo x | ip netns exec r nc -u -w1 -p 40041 10.9.0.1 7001
echo x | ip netns exec r nc -u -w1 -p 40042 10.9.0.2 7001
echo x | ip netns exec r nc -u -w1 -p 40043 10.9.0.1 7105
ip netns exec r ping -c1 -W1 10.9.0.1
ip netns exec r ping -c1 -W1 10.9.0.2
ip netns exec a ping -c1 -W1 10.9.0.1
ip netns exec a ping -c1 -W1 10.9.0.3
ip netns exec r iptables -t nat -S
