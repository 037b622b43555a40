# A whole network under another prefix, shown on a group of the packet log on its way.
# Lesson: NETMAP keeps the host's part of the address, in both directions; NFLOG changes nothing.
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
ip -n b addr add 10.2.0.77/24 dev eth0
ip -n a route add 192.168.7.0/24 via 10.1.0.1
ip netns exec r iptables -t nat -A PREROUTING -d 192.168.7.0/24 -j NETMAP --to 10.2.0.0/24
ip netns exec r iptables -t nat -A POSTROUTING -s 10.1.0.0/24 -j NETMAP --to 172.16.5.0/24
ip netns exec r iptables -A FORWARD -j NFLOG --nflog-prefix "seen " --nflog-group 3
ip netns exec r iptables -A FORWARD -p icmp -j NFLOG --nflog-size 20
# --- traffic ---
ip netns exec a ping -c1 -W1 192.168.7.77
echo one | ip netns exec a nc -u -w1 -p 40001 192.168.7.2 5001
ip netns exec r conntrack -L -p udp
ip netns exec r iptables -t nat -S
