# MASQUERADE and REDIRECT with ports of their own.
# Lesson: masquerading takes the address of the device that the route leaves by; a port in the range is kept; REDIRECT goes to the address of the device that it came by, or to 127.0.0.1 for this host's own packets.
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
ip -n r addr add 10.2.0.9/24 dev rb
ip -n r addr add 10.5.0.1/32 dev lo
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp --dport 7001 -j MASQUERADE
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp --dport 7002 -j MASQUERADE --to-ports 40000-40010
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp --dport 7003 -j MASQUERADE --to-ports 5555
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p icmp -j MASQUERADE --random
ip netns exec r iptables -t nat -A POSTROUTING -o lo -j MASQUERADE
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 8001 -j REDIRECT
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 8002 -j REDIRECT --to-ports 8001
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 8003 -j REDIRECT --to-ports 8001-8002
ip netns exec r iptables -t nat -A OUTPUT -p udp --dport 8004 -j REDIRECT --to-ports 8001
ip netns exec r iptables -t nat -A PREROUTING -p icmp -d 10.9.0.0/16 -j REDIRECT
ip netns exec r iptables -t nat -A OUTPUT -p icmp -d 10.2.0.2 -j REDIRECT
for n in a b r; do ip netns exec $n sysctl -qw net.ipv4.icmp_ratelimit=0; done
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 7001
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 7002
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 7003
echo x | ip netns exec a nc -u -w1 -p 40004 10.2.0.2 7003
ip netns exec a ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40005 10.2.0.2 8001
echo x | ip netns exec a nc -u -w1 -p 40006 10.2.0.2 8002
echo x | ip netns exec a nc -u -w1 -p 40007 10.2.0.2 8003
echo x | ip netns exec a nc -u -w1 -p 40007 10.9.0.2 8003
echo x | ip netns exec r nc -u -w1 -p 40008 10.2.0.2 8004
echo x | ip netns exec r nc -u -w1 -p 40009 10.2.0.2 7001
echo x | ip netns exec r nc -u -w1 -s 10.5.0.1 -p 40010 10.2.0.2 7002
ip netns exec a ping -c1 -W1 10.9.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
