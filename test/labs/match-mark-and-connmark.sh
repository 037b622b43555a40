# The mark of a packet and the mark of its connection, written in one hook and read in all of them.
# Lesson: a packet's mark goes with it through this host alone; a connection's mark is there for the answers, too, and before conntrack has seen the packet it is not there yet.
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
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m mark --mark 0x12
-A look -m mark ! --mark 0x12
-A look -m mark --mark 0x10/0xf0
-A look -m mark ! --mark 0/0xf
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connmark --mark 0x4/0x4
-A look -m connmark --mark 0
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m mark --mark 0x12
-A look -m mark ! --mark 0x12
-A look -m mark --mark 0x10/0xf0
-A look -m mark ! --mark 0/0xf
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connmark --mark 0x4/0x4
-A look -m connmark --mark 0
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m mark --mark 0x12
-A look -m mark ! --mark 0x12
-A look -m mark --mark 0x10/0xf0
-A look -m mark ! --mark 0/0xf
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connmark --mark 0x4/0x4
-A look -m connmark --mark 0
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m mark --mark 0x12
-A look -m mark ! --mark 0x12
-A look -m mark --mark 0x10/0xf0
-A look -m mark ! --mark 0/0xf
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connmark --mark 0x4/0x4
-A look -m connmark --mark 0
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m mark --mark 0x12
-A look -m mark ! --mark 0x12
-A look -m mark --mark 0x10/0xf0
-A look -m mark ! --mark 0/0xf
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connmark --mark 0x4/0x4
-A look -m connmark --mark 0
COMMIT
EOF
ip netns exec r iptables -t raw -I PREROUTING -i ra -j MARK --set-mark 0x12
ip netns exec r iptables -t mangle -I PREROUTING -i ra -j CONNMARK --set-mark 0x7
ip netns exec r iptables -t mangle -A INPUT -j MARK --xor-mark 0x3
ip netns exec r iptables -t raw -I OUTPUT -j MARK --or-mark 0x100
ip netns exec r iptables -t mangle -A OUTPUT -p udp -j CONNMARK --or-mark 0x14
ip netns exec r iptables -t raw -A PREROUTING -p icmp -d 10.1.0.1 -j NOTRACK
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec r nc -u -w1 -p 40001 10.2.0.2 9
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 9
ip netns exec r conntrack -L -p udp --dport 9 --orig-src 10.1.0.2
