# NETMAP in its four hooks.
# Lesson: in PREROUTING and OUTPUT it is the destination that moves to the other network, in INPUT and POSTROUTING the source; a /32 network leaves nothing of the old address.
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
ip -n b route add 172.16.0.0/16 via 10.2.0.1
ip -n r route add 172.17.0.0/16 via 10.1.0.2
ip -n a addr add 10.1.0.9/24 dev eth0
ip -n a route add 192.168.0.0/16 via 10.1.0.1
ip netns exec r iptables -t nat -A PREROUTING -d 192.168.2.0/24 -j NETMAP --to 10.2.0.0/24
ip netns exec r iptables -t nat -A PREROUTING -d 192.168.3.0/24 -j NETMAP --to 10.1.0.1
ip netns exec r iptables -t nat -A POSTROUTING -s 10.1.0.0/24 -o rb -j NETMAP --to 172.16.9.0/28
ip netns exec r iptables -t nat -A INPUT -s 10.1.0.0/24 -j NETMAP --to 172.17.1.0/24
ip netns exec r iptables -t nat -A OUTPUT -d 192.168.0.0/16 -j NETMAP --to 10.2.0.0/255.255.0.0
ip -n r route add 192.168.0.0/16 via 10.2.0.2
for n in a b r; do ip netns exec $n sysctl -qw net.ipv4.icmp_ratelimit=0; done
# --- traffic ---
ip netns exec a ping -c1 -W1 192.168.2.2
ip netns exec a ping -c1 -W1 -I 10.1.0.9 192.168.2.2
echo x | ip netns exec a nc -u -w1 -p 40001 192.168.2.2 9
ip netns exec a ping -c1 -W1 192.168.3.77
ip netns exec a ping -c1 -W1 10.1.0.1
echo x | ip netns exec a nc -u -w1 -p 40002 10.1.0.1 9
ip netns exec r ping -c1 -W1 192.168.0.2
echo x | ip netns exec r nc -u -w1 -p 40003 192.168.0.2 9
ip netns exec a ping -c1 -W1 -t 1 192.168.2.2
