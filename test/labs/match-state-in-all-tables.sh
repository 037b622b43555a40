# The state of a packet, asked for in every table and hook.
# Lesson: in raw nobody knows a connection yet, and all is INVALID but what NOTRACK has touched; with a denied list that means a match.
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
-A look -m state --state NEW
-A look -m state --state ESTABLISHED
-A look -m state --state RELATED
-A look -m state --state INVALID
-A look -m state --state UNTRACKED
-A look -m state ! --state NEW,ESTABLISHED
-A look -m conntrack --ctstate NEW
-A look -m conntrack ! --ctstate NEW,RELATED,ESTABLISHED
-A look -m conntrack --ctstate INVALID,UNTRACKED
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m state --state NEW
-A look -m state --state ESTABLISHED
-A look -m state --state RELATED
-A look -m state --state INVALID
-A look -m state --state UNTRACKED
-A look -m state ! --state NEW,ESTABLISHED
-A look -m conntrack --ctstate NEW
-A look -m conntrack ! --ctstate NEW,RELATED,ESTABLISHED
-A look -m conntrack --ctstate INVALID,UNTRACKED
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m state --state NEW
-A look -m state --state ESTABLISHED
-A look -m state --state RELATED
-A look -m state --state INVALID
-A look -m state --state UNTRACKED
-A look -m state ! --state NEW,ESTABLISHED
-A look -m conntrack --ctstate NEW
-A look -m conntrack ! --ctstate NEW,RELATED,ESTABLISHED
-A look -m conntrack --ctstate INVALID,UNTRACKED
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m state --state NEW
-A look -m state --state ESTABLISHED
-A look -m state --state RELATED
-A look -m state --state INVALID
-A look -m state --state UNTRACKED
-A look -m state ! --state NEW,ESTABLISHED
-A look -m conntrack --ctstate NEW
-A look -m conntrack ! --ctstate NEW,RELATED,ESTABLISHED
-A look -m conntrack --ctstate INVALID,UNTRACKED
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m state --state NEW
-A look -m state --state ESTABLISHED
-A look -m state --state RELATED
-A look -m state --state INVALID
-A look -m state --state UNTRACKED
-A look -m state ! --state NEW,ESTABLISHED
-A look -m conntrack --ctstate NEW
-A look -m conntrack ! --ctstate NEW,RELATED,ESTABLISHED
-A look -m conntrack --ctstate INVALID,UNTRACKED
COMMIT
EOF
ip netns exec r iptables -t raw -I PREROUTING -p udp --dport 7 -j NOTRACK
ip netns exec r iptables -t raw -I OUTPUT -p udp --dport 7 -j CT --notrack
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
sleep 1
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 7
sleep 1
echo x | ip netns exec r nc -u -w1 -p 40003 10.2.0.2 7
timeout 0.7 ip netns exec a nc -p 40004 10.2.0.2 81
ip netns exec a ping -c1 -W1 -t 1 10.2.0.2
