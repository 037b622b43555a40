# All that -m conntrack knows of a connection behind a router that translates, in each of the five hooks.
# Lesson: the tuples are those of the connection and not of the packet, so a reply matches the original's addresses; the reply's tuple is known from the first packet on, but changes with translation.
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
-A look -m conntrack --ctorigsrc 10.1.0.2
-A look -m conntrack ! --ctorigsrc 10.1.0.0/24
-A look -m conntrack --ctorigdst 10.1.0.1 --ctorigdstport 8080
-A look -m conntrack --ctreplsrc 10.2.0.2
-A look -m conntrack --ctrepldst 10.2.0.1
-A look -m conntrack ! --ctrepldst 10.2.0.1
-A look -m conntrack --ctorigsrcport 40001
-A look -m conntrack --ctreplsrcport 80
-A look -m conntrack --ctrepldstport 40001:40009
-A look -m conntrack ! --ctrepldstport 40001:40009
-A look -m conntrack --ctproto 6
-A look -m conntrack ! --ctproto tcp
-A look -m conntrack --ctstatus NONE
-A look -m conntrack ! --ctstatus NONE
-A look -m conntrack --ctstatus SEEN_REPLY
-A look -m conntrack --ctstatus ASSURED
-A look -m conntrack --ctstatus CONFIRMED
-A look -m conntrack ! --ctstatus CONFIRMED
-A look -m conntrack --ctstatus EXPECTED
-A look -m conntrack --ctstate SNAT
-A look -m conntrack --ctstate DNAT
-A look -m conntrack ! --ctstate SNAT,DNAT
-A look -m conntrack --ctstate NEW,DNAT --ctdir ORIGINAL
-A look -m conntrack --ctdir ORIGINAL
-A look -m conntrack --ctdir REPLY
-A look -m conntrack --ctexpire 0
-A look -m conntrack --ctexpire 1:30
-A look -m conntrack --ctexpire 100:200
-A look -m conntrack ! --ctexpire 0:1000
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m conntrack --ctorigsrc 10.1.0.2
-A look -m conntrack ! --ctorigsrc 10.1.0.0/24
-A look -m conntrack --ctorigdst 10.1.0.1 --ctorigdstport 8080
-A look -m conntrack --ctreplsrc 10.2.0.2
-A look -m conntrack --ctrepldst 10.2.0.1
-A look -m conntrack ! --ctrepldst 10.2.0.1
-A look -m conntrack --ctorigsrcport 40001
-A look -m conntrack --ctreplsrcport 80
-A look -m conntrack --ctrepldstport 40001:40009
-A look -m conntrack ! --ctrepldstport 40001:40009
-A look -m conntrack --ctproto 6
-A look -m conntrack ! --ctproto tcp
-A look -m conntrack --ctstatus NONE
-A look -m conntrack ! --ctstatus NONE
-A look -m conntrack --ctstatus SEEN_REPLY
-A look -m conntrack --ctstatus ASSURED
-A look -m conntrack --ctstatus CONFIRMED
-A look -m conntrack ! --ctstatus CONFIRMED
-A look -m conntrack --ctstatus EXPECTED
-A look -m conntrack --ctstate SNAT
-A look -m conntrack --ctstate DNAT
-A look -m conntrack ! --ctstate SNAT,DNAT
-A look -m conntrack --ctstate NEW,DNAT --ctdir ORIGINAL
-A look -m conntrack --ctdir ORIGINAL
-A look -m conntrack --ctdir REPLY
-A look -m conntrack --ctexpire 0
-A look -m conntrack --ctexpire 1:30
-A look -m conntrack --ctexpire 100:200
-A look -m conntrack ! --ctexpire 0:1000
COMMIT
EOF
ip netns exec r iptables-restore <<EOF
*raw
:more - [0:0]
-A PREROUTING -j more
-A OUTPUT -j more
-A more -m conntrack --ctdir ORIGINAL
-A more -m conntrack ! --ctstatus CONFIRMED
-A more -m conntrack --ctorigdst 10.1.0.1
-A more -m conntrack --ctstate INVALID --ctdir REPLY
-A more -m conntrack --ctstate DNAT
-A more -m conntrack --ctexpire 0
COMMIT
*nat
:more - [0:0]
-A PREROUTING -j more
-A INPUT -j more
-A OUTPUT -j more
-A POSTROUTING -j more
-A more -m conntrack --ctdir ORIGINAL
-A more -m conntrack ! --ctstatus CONFIRMED
-A more -m conntrack --ctorigdst 10.1.0.1
-A more -m conntrack --ctstate INVALID --ctdir REPLY
-A more -m conntrack --ctstate DNAT
-A more -m conntrack --ctexpire 0
COMMIT
*filter
:more - [0:0]
-A INPUT -j more
-A FORWARD -j more
-A OUTPUT -j more
-A more -m conntrack --ctdir ORIGINAL
-A more -m conntrack ! --ctstatus CONFIRMED
-A more -m conntrack --ctorigdst 10.1.0.1
-A more -m conntrack --ctstate INVALID --ctdir REPLY
-A more -m conntrack --ctstate DNAT
-A more -m conntrack --ctexpire 0
COMMIT
EOF
ip netns exec r iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80
ip netns exec r iptables -t nat -A POSTROUTING -o rb -j MASQUERADE
ip netns exec r iptables -t nat -A OUTPUT -p tcp -d 10.9.9.9 -j DNAT --to-destination 10.2.0.2:80
ip -n r route add 10.9.9.0/24 via 10.2.0.2
ip netns exec b timeout 9 nc -l -k 80 >/dev/null &
sleep 0.3
# --- traffic ---
echo hello | timeout 0.7 ip netns exec a nc -N -p 40001 10.1.0.1 8080
echo hello | timeout 0.7 ip netns exec r nc -N -p 40002 10.9.9.9 80
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 53
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec a ping -c1 -W1 10.2.0.2
timeout 0.7 ip netns exec a nc -p 40004 10.1.0.1 81
