# Packets that have their connection already when they come to raw: those that come back over lo, and errors that this host sends about others.
# Lesson: lo does not take the connection off a packet, and an error or reset goes out under the connection that it is about; everything else is unknown in raw.
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
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connbytes --connbytes 1: --connbytes-dir both --connbytes-mode packets
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m conntrack --ctstate RELATED
-A look -m conntrack --ctdir REPLY
-A look -m state --state INVALID
-A look -m conntrack --ctorigdst 127.0.0.1
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connbytes --connbytes 1: --connbytes-dir both --connbytes-mode packets
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m conntrack --ctstate RELATED
-A look -m conntrack --ctdir REPLY
-A look -m state --state INVALID
-A look -m conntrack --ctorigdst 127.0.0.1
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m connmark --mark 0x7
-A look -m connmark ! --mark 0x7
-A look -m connbytes --connbytes 1: --connbytes-dir both --connbytes-mode packets
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m conntrack --ctstate RELATED
-A look -m conntrack --ctdir REPLY
-A look -m state --state INVALID
-A look -m conntrack --ctorigdst 127.0.0.1
COMMIT
EOF
ip netns exec r iptables -t mangle -I OUTPUT -j CONNMARK --set-mark 0x7
ip netns exec r iptables -t mangle -I PREROUTING -i ra -j CONNMARK --set-mark 0x7
ip netns exec r iptables -A INPUT -p udp --dport 7001 -j REJECT
ip netns exec r iptables -A INPUT -p tcp --dport 7002 -j REJECT --reject-with tcp-reset
ip netns exec r iptables -A FORWARD -p udp --dport 7003 -j REJECT --reject-with icmp-host-unreachable
ip netns exec r iptables -A OUTPUT -p udp --dport 7004 -j REJECT
# --- traffic ---
ip netns exec r ping -c2 -i 0.2 -W1 127.0.0.1
ip netns exec a ping -c2 -i 0.2 -W1 10.1.0.1
echo x | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 7001
timeout 0.7 ip netns exec a nc -p 40002 10.1.0.1 7002
sleep 1
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 7003
echo x | ip netns exec r nc -u -w1 -p 40004 10.2.0.2 7004
ip netns exec a ping -c1 -W1 -t 1 10.2.0.2
echo x | ip netns exec r nc -u -w1 -p 40005 127.0.0.1 9
