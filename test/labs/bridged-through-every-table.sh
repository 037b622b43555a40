# Frames that only cross a bridge, and rules that read and change them at layer 3.
# Lesson: br_netfilter lends a frame to iptables with all that belongs to it: TTL, type of service and segment size can be rewritten on a bridge, and DNAT can lead elsewhere.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip -n r link add br0 type bridge
ip -n r link set br0 up
ip link add eth0 netns a type veth peer name pa netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n r link set pa up
ip link add eth0 netns b type veth peer name pb netns r
ip -n b addr add 10.1.0.3/24 dev eth0
ip -n b link set eth0 up
ip -n r link set pb up
ip -n r link set pa master br0
ip -n r link set pb master br0
ip -n r addr add 10.1.0.1/24 dev br0
ip link add eth0 netns c type veth peer name rc netns r
ip -n c addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rc
ip -n c link set eth0 up
ip -n r link set rc up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.1.0.1
ip -n c route add default via 10.2.0.1
ip netns exec r sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec r ipset create d hash:net,iface initval 0x1
ip netns exec r ipset add d 10.1.0.0/24,br0
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:frame - [0:0]
-A PREROUTING -j frame
-A INPUT -j frame
-A FORWARD -j frame
-A frame -m mac ! --mac-source 02:00:00:00:00:01
-A frame -m pkttype --pkt-type unicast
-A frame -m pkttype --pkt-type broadcast
-A frame -m pkttype --pkt-type otherhost
COMMIT
EOF
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m addrtype --dst-type LOCAL
-A look -m addrtype --src-type LOCAL
-A look -m ttl --ttl-eq 64
-A look -m set --match-set d src,src
-A look -m set --match-set d dst,dst
-A look -m physdev --physdev-is-bridged -m connlimit --connlimit-above 0
-A look -m conntrack --ctstate NEW -m recent --set
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m addrtype --dst-type LOCAL
-A look -m addrtype --src-type LOCAL
-A look -m ttl --ttl-eq 64
-A look -m set --match-set d src,src
-A look -m set --match-set d dst,dst
-A look -m physdev --physdev-is-bridged -m connlimit --connlimit-above 0
-A look -m conntrack --ctstate NEW -m recent --set
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m addrtype --dst-type LOCAL
-A look -m addrtype --src-type LOCAL
-A look -m ttl --ttl-eq 64
-A look -m set --match-set d src,src
-A look -m set --match-set d dst,dst
-A look -m physdev --physdev-is-bridged -m connlimit --connlimit-above 0
-A look -m conntrack --ctstate NEW -m recent --set
COMMIT
EOF
ip netns exec r iptables -t mangle -A FORWARD -m physdev --physdev-is-bridged -j TTL --ttl-set 40
ip netns exec r iptables -t mangle -A PREROUTING -m physdev --physdev-in pa -j TOS --set-tos 0x20/0xff
ip netns exec r iptables -t mangle -A POSTROUTING -m physdev --physdev-out pb -j DSCP --set-dscp 1
ip netns exec r iptables -t mangle -A FORWARD -p tcp --syn -j TCPMSS --set-mss 1000
ip netns exec r iptables -t raw -A PREROUTING -p udp -m physdev --physdev-in pb -j NOTRACK
ip netns exec r iptables -t nat -A PREROUTING -p udp -m physdev --physdev-in pa --dport 7001 -j DNAT --to-destination 10.1.0.3:9
ip netns exec r iptables -t nat -A PREROUTING -p udp -m physdev --physdev-in pa --dport 7002 -j REDIRECT --to-ports 9
ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=0
ip netns exec r sysctl -qw net.ipv4.icmp_ratelimit=0
# --- traffic ---
ip netns exec a ping -c1 -W1 10.1.0.3
ip netns exec a ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 7001
echo x | ip netns exec a nc -u -w1 -p 40002 10.1.0.3 7002
echo x | ip netns exec b nc -u -w1 -p 40003 10.1.0.2 9
timeout 0.7 ip netns exec a nc -p 40004 10.1.0.3 80
echo x | ip netns exec a nc -u -w1 -b -p 40005 10.1.0.255 9
ip netns exec a ping -c1 -W1 -s 3000 10.1.0.3
