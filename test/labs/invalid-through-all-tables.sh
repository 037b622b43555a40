# Packets that belong to no connection, because their way there is another than their way back.
# Lesson: INVALID is what conntrack knows nothing good about: a rule that denies it lets it pass by, nat is not asked, and what counts connections must do without one.
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
ip link add x netns a type veth peer name x netns b
ip -n a addr add 10.3.0.2/24 dev x
ip -n b addr add 10.3.0.3/24 dev x
ip -n a link set x up
ip -n b link set x up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip -n b route add 10.1.0.2 via 10.3.0.2
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m state --state INVALID
-A look -m conntrack --ctstate INVALID --ctdir ORIGINAL
-A look -m conntrack ! --ctstate INVALID
-A look -m conntrack --ctstate INVALID -p tcp --tcp-flags ACK ACK
-A look -m connbytes --connbytes 0: --connbytes-dir both --connbytes-mode bytes
-A look -m connlimit --connlimit-above 0
-A look -m connmark --mark 0
-A look -m conntrack --ctstatus NONE
-A look -m hashlimit --hashlimit-upto 1/day --hashlimit-burst 1 --hashlimit-name z
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m state --state INVALID
-A look -m conntrack --ctstate INVALID --ctdir ORIGINAL
-A look -m conntrack ! --ctstate INVALID
-A look -m conntrack --ctstate INVALID -p tcp --tcp-flags ACK ACK
-A look -m connbytes --connbytes 0: --connbytes-dir both --connbytes-mode bytes
-A look -m connlimit --connlimit-above 0
-A look -m connmark --mark 0
-A look -m conntrack --ctstatus NONE
-A look -m hashlimit --hashlimit-upto 1/day --hashlimit-burst 1 --hashlimit-name z
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m state --state INVALID
-A look -m conntrack --ctstate INVALID --ctdir ORIGINAL
-A look -m conntrack ! --ctstate INVALID
-A look -m conntrack --ctstate INVALID -p tcp --tcp-flags ACK ACK
-A look -m connbytes --connbytes 0: --connbytes-dir both --connbytes-mode bytes
-A look -m connlimit --connlimit-above 0
-A look -m connmark --mark 0
-A look -m conntrack --ctstatus NONE
-A look -m hashlimit --hashlimit-upto 1/day --hashlimit-burst 1 --hashlimit-name z
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m state --state INVALID
-A look -m conntrack --ctstate INVALID --ctdir ORIGINAL
-A look -m conntrack ! --ctstate INVALID
-A look -m conntrack --ctstate INVALID -p tcp --tcp-flags ACK ACK
-A look -m connbytes --connbytes 0: --connbytes-dir both --connbytes-mode bytes
-A look -m connlimit --connlimit-above 0
-A look -m connmark --mark 0
-A look -m conntrack --ctstatus NONE
-A look -m hashlimit --hashlimit-upto 1/day --hashlimit-burst 1 --hashlimit-name z
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m state --state INVALID
-A look -m conntrack --ctstate INVALID --ctdir ORIGINAL
-A look -m conntrack ! --ctstate INVALID
-A look -m conntrack --ctstate INVALID -p tcp --tcp-flags ACK ACK
-A look -m connbytes --connbytes 0: --connbytes-dir both --connbytes-mode bytes
-A look -m connlimit --connlimit-above 0
-A look -m connmark --mark 0
-A look -m conntrack --ctstatus NONE
-A look -m hashlimit --hashlimit-upto 1/day --hashlimit-burst 1 --hashlimit-name z
COMMIT
EOF
ip netns exec r iptables -A FORWARD -m conntrack --ctstate INVALID -p icmp -j REJECT
ip netns exec r iptables -t nat -A POSTROUTING -o rb -p udp -j MASQUERADE
ip netns exec b timeout 9 nc -l -k 80 >/dev/null &
sleep 0.3
ip netns exec a ping -c1 -W1 10.3.0.3
ip netns exec a sysctl -qw net.netfilter.nf_conntrack_tcp_loose=1
ip netns exec r sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
echo hello | timeout 0.7 ip netns exec a nc -N -p 40001 10.2.0.2 80
ip netns exec b ping -c1 -W1 10.1.0.2
echo hello | timeout 0.7 ip netns exec a nc -N -s 10.3.0.2 -p 40002 10.2.0.2 80
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 9
