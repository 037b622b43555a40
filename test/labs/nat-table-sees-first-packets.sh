# Rules of all kinds in the nat table, which is asked about the first packet of a connection alone.
# Lesson: without a rule that needs connections it is not asked at all; what a MARK or TCPMSS rule does there, it does to the first packet only.
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
ip -n a link set eth0 address 02:00:00:00:00:0a
ip netns exec r nfacct add seen
ip netns exec r ipset create hosts hash:ip initval 0x1
ip netns exec r ipset add hosts 10.1.0.2
ip netns exec r iptables-restore --noflush <<EOF
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m dscp --dscp 4
-A look -m tos --tos 0x10/0x10
-A look -m length --length 84
-A look -m length ! --length 84
-A look -m ttl --ttl-eq 64
-A look -m ttl --ttl-lt 64
-A look -m limit --limit 1/hour --limit-burst 3
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip,dstip --hashlimit-name look
-A look -p icmp --icmp-type 8
-A look -p udp -m multiport --dports 53,54
-A look -p tcp -m tcpmss --mss 1460
-A look -m iprange --src-range 10.1.0.1-10.1.0.9
-A look -m pkttype --pkt-type unicast
-A look -m pkttype --pkt-type broadcast
-A look -m nfacct --nfacct-name seen
-A look -m set --match-set hosts src
-A look -m quota --quota 300
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m recent --name look --set
-A look -j LOG --log-prefix "first "
-A look -j NFLOG --nflog-group 2
-A look -j TRACE
-A look -p tcp -j TCPMSS --set-mss 1400
-A look -p udp -j MARK --set-mark 3
-A look -m mark --mark 3
COMMIT
EOF
for chain in PREROUTING INPUT; do ip netns exec r iptables -t nat -A $chain -m mac --mac-source 02:00:00:00:00:0a; done
for chain in OUTPUT POSTROUTING; do ip netns exec r iptables -t nat -A $chain -j CLASSIFY --set-class 1:1; ip netns exec r iptables -t nat -A $chain -m owner --socket-exists; done
for chain in PREROUTING INPUT OUTPUT POSTROUTING; do ip netns exec r iptables -t nat -A $chain -p icmp -j ACCEPT; ip netns exec r iptables -t nat -A $chain; done
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW
ip netns exec a ping -c2 -i 0.2 -W1 -Q 0x10 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 53
echo x | ip netns exec r nc -u -w1 -p 40002 10.2.0.2 54
timeout 0.7 ip netns exec a nc -p 40003 10.2.0.2 81
timeout 0.7 ip netns exec r nc -p 40004 10.2.0.2 81
echo x | ip netns exec a nc -u -b -w1 -p 40005 10.1.0.255 9
ip netns exec r iptables -t nat -nvL PREROUTING -x
