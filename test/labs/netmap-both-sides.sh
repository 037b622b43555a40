# Two sites with the same network meet by way of NETMAP: each knows the other by another prefix.
# Lesson: the host's part of the address stays; both directions are mapped, also in the packets that ICMP errors quote.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add r1
ip netns exec r1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r1 link set lo up
ip netns add r2
ip netns exec r2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r2 link set lo up
ip link add eth0 netns a type veth peer name lan netns r1
ip -n a addr add 192.168.1.10/24 dev eth0
ip -n r1 addr add 192.168.1.1/24 dev lan
ip -n a link set eth0 up
ip -n r1 link set lan up
ip link add eth0 netns b type veth peer name lan netns r2
ip -n b addr add 192.168.1.20/24 dev eth0
ip -n r2 addr add 192.168.1.1/24 dev lan
ip -n b link set eth0 up
ip -n r2 link set lan up
ip link add wan netns r1 type veth peer name wan netns r2
ip -n r1 addr add 10.0.0.1/24 dev wan
ip -n r2 addr add 10.0.0.2/24 dev wan
ip -n r1 link set wan up
ip -n r2 link set wan up
ip -n a route add default via 192.168.1.1
ip -n b route add default via 192.168.1.1
ip -n r1 route add 172.20.0.0/24 via 10.0.0.2
ip -n r2 route add 172.10.0.0/24 via 10.0.0.1
ip netns exec r1 iptables -t nat -A PREROUTING -i wan -d 172.10.0.0/24 -j NETMAP --to 192.168.1.0/24
ip netns exec r1 iptables -t nat -A POSTROUTING -o wan -s 192.168.1.0/24 -j NETMAP --to 172.10.0.0/24
ip netns exec r2 iptables -t nat -A PREROUTING -i wan -d 172.20.0.0/24 -j NETMAP --to 192.168.1.0/24
ip netns exec r2 iptables -t nat -A POSTROUTING -o wan -s 192.168.1.0/24 -j NETMAP --to 172.20.0.0/24
# --- traffic ---
ip netns exec a ping -c1 -W1 172.20.0.20
ip netns exec b ping -c1 -W1 172.10.0.10
echo x | ip netns exec a nc -u -w1 -p 40001 172.20.0.20 9
ip netns exec a ping -c1 -W1 -t 2 172.20.0.20
ip netns exec a ping -c1 -W4 172.20.0.99
