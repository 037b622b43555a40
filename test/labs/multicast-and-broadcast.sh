# What is sent to groups and to everybody, through rules of all hooks.
# Lesson: nobody is asked for the address of a group; a host hears what it sends to a group that it is in; multicast leaves with a TTL of 1, and no router passes it on.
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
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m pkttype --pkt-type multicast
-A look -m pkttype --pkt-type broadcast
-A look -m pkttype --pkt-type unicast
-A look -m addrtype --dst-type MULTICAST
-A look -m addrtype --dst-type BROADCAST
-A look -m ttl --ttl-eq 1
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m pkttype --pkt-type multicast
-A look -m pkttype --pkt-type broadcast
-A look -m pkttype --pkt-type unicast
-A look -m addrtype --dst-type MULTICAST
-A look -m addrtype --dst-type BROADCAST
-A look -m ttl --ttl-eq 1
COMMIT
EOF
ip -n a route add 224.0.0.0/4 dev eth0
ip -n r route add 224.0.0.0/4 dev rb
ip netns exec r sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -p 40001 224.0.0.1 9
echo x | ip netns exec a nc -u -w1 -p 40002 224.1.1.1 9
echo x | ip netns exec r nc -u -w1 -p 40003 224.0.0.1 9
echo x | ip netns exec b nc -u -w1 -p 40004 239.1.2.3 9
echo x | ip netns exec a nc -u -w1 -b -p 40005 10.1.0.255 9
echo x | ip netns exec a nc -u -w1 -b -p 40006 10.2.0.255 9
echo x | ip netns exec r nc -u -w1 -b -p 40007 255.255.255.255 9
ip netns exec a ping -c1 -W1 224.0.0.1
ip netns exec r ping -c1 -W1 224.0.0.1
timeout 0.7 ip netns exec a nc -p 40008 224.0.0.1 80
ip netns exec r ping -c1 -W1 -t 5 224.9.9.9
ip netns exec a ip neigh
