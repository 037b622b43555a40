# A host that translates what it sends to itself.
# Lesson: over lo the same packet passes OUTPUT, POSTROUTING, PREROUTING and INPUT, and keeps mark and connection; where it is translated is decided the first time.
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
-A look -m mark --mark 1
-A look -m connmark --mark 1
-A look -m ttl --ttl-eq 64
-A look -m conntrack --ctstate DNAT
-A look -m conntrack --ctstate SNAT
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m mark --mark 1
-A look -m connmark --mark 1
-A look -m ttl --ttl-eq 64
-A look -m conntrack --ctstate DNAT
-A look -m conntrack --ctstate SNAT
COMMIT
EOF
ip netns exec r iptables -t nat -A OUTPUT -d 10.9.9.9 -j DNAT --to-destination 127.0.0.1
ip netns exec r iptables -t nat -A OUTPUT -d 10.9.9.8 -j DNAT --to-destination 10.1.0.1
ip netns exec r iptables -t nat -A POSTROUTING -d 10.1.0.1 -o lo -j SNAT --to-source 10.2.0.1
ip netns exec r iptables -t mangle -A OUTPUT -o lo -j MARK --set-mark 1
ip netns exec r iptables -t mangle -A POSTROUTING -o lo -j CONNMARK --save-mark
ip -n r route add 10.9.9.0/24 via 10.2.0.2
ip netns exec r iptables -t nat -A PREROUTING -i lo -p udp --dport 7001 -j REDIRECT --to-ports 7002
ip netns exec r timeout 9 nc -u -l 7002 >/dev/null &
ip netns exec r timeout 9 nc -l -k 80 > /dev/null &
sleep 0.3
# --- traffic ---
ip netns exec r ping -c1 -W1 10.9.9.9
ip netns exec r ping -c1 -W1 10.9.9.8
ip netns exec r ping -c1 -W1 -I 10.2.0.1 10.1.0.1
echo x | ip netns exec r nc -u -w1 -p 40001 127.0.0.1 7001
echo x | ip netns exec r nc -u -w1 -p 40002 10.9.9.9 7001
echo x | ip netns exec r nc -u -w1 -p 40003 10.9.9.8 7002
echo hi | timeout 0.7 ip netns exec r nc -N -p 40004 10.9.9.9 80
echo hi | timeout 0.7 ip netns exec r nc -N -p 40005 10.9.9.8 80
ip netns exec r ping -c1 -W1 -s 3000 10.9.9.8
ip netns exec r ping -c1 -W1 -t 1 10.9.9.8
