# Ports and ICMP types in each of the five hooks, with the errors that come back.
# Lesson: an ICMP error has no ports, whatever it quotes; of a packet in pieces only the first has any.
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
ip netns exec r iptables-restore <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -p udp --dport 53
-A look -p udp --sport 40001
-A look -p udp ! --dport 53
-A look -p udp ! --sport 40000:40010
-A look -p udp --sport :1023
-A look -p udp -m multiport --ports 53,40002
-A look -p udp -m multiport ! --dports 53,54
-A look -p udp -m multiport --sports 40000:40009
-A look -p icmp --icmp-type any
-A look -p icmp ! --icmp-type any
-A look -p icmp --icmp-type echo-request
-A look -p icmp ! --icmp-type echo-request
-A look -p icmp --icmp-type echo-reply
-A look -p icmp --icmp-type destination-unreachable
-A look -p icmp --icmp-type port-unreachable
-A look -p icmp ! --icmp-type 3/3
-A look -p icmp --icmp-type ttl-zero-during-transit
-A look -p icmp --icmp-type 11
COMMIT
EOF
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -p udp --dport 53
-A look -p icmp --icmp-type port-unreachable
-A look -p icmp --icmp-type echo-request
-A look -p udp -m multiport --dports 53,54
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -p udp --dport 53
-A look -p icmp --icmp-type port-unreachable
-A look -p icmp --icmp-type echo-request
-A look -p udp -m multiport --dports 53,54
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -p udp --dport 53
-A look -p icmp --icmp-type port-unreachable
-A look -p icmp --icmp-type echo-request
-A look -p udp -m multiport --dports 53,54
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -p udp --dport 53
-A look -p icmp --icmp-type port-unreachable
-A look -p icmp --icmp-type echo-request
-A look -p udp -m multiport --dports 53,54
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 53
echo x | ip netns exec a nc -u -w1 -p 40002 10.1.0.1 53
sleep 1
echo x | ip netns exec r nc -u -w1 -p 40011 10.2.0.2 53
ip netns exec a ping -c1 -W1 -t 1 10.2.0.2
ip netns exec r ping -c1 -W1 -t 1 10.1.0.2
