# Packets in pieces meet rules that ask for ports, count, mark and change, on a router that keeps no connections.
# Lesson: a set of ports holds no later fragment, and its denial holds them all; what reads the IP header alone treats each piece as a packet.
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
ip netns exec r ipset create pp hash:ip,port initval 0x1
ip netns exec r ipset add pp 10.2.0.2,udp:9
ip netns exec r ipset add pp 10.2.0.2,icmp:8/0
ip netns exec r ipset create ad hash:ip,port counters initval 0x1
ip netns exec r ipset create bp bitmap:port range 0-65535
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m set --match-set pp dst,dst
-A look -m set ! --match-set pp dst,dst
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name f
-A look -p udp -m hashlimit --hashlimit-above 1/hour --hashlimit-burst 1 --hashlimit-mode srcport,dstip --hashlimit-name g
-A look -m recent --set --name f
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m ttl --ttl-gt 5
-A look -m dscp --dscp 0
-A look -m addrtype --dst-type UNICAST
-A look -j SET --add-set ad src,src
-A look -j SET --add-set bp dst
-A look -j TRACE
-A look -p udp --sport 40001 -j MARK --set-mark 1
-A look -m mark --mark 1
-A look -m quota --quota 3000
-A look -m limit --limit 1/hour --limit-burst 3
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m set --match-set pp dst,dst
-A look -m set ! --match-set pp dst,dst
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name f
-A look -p udp -m hashlimit --hashlimit-above 1/hour --hashlimit-burst 1 --hashlimit-mode srcport,dstip --hashlimit-name g
-A look -m recent --set --name f
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m ttl --ttl-gt 5
-A look -m dscp --dscp 0
-A look -m addrtype --dst-type UNICAST
-A look -j SET --add-set ad src,src
-A look -j SET --add-set bp dst
-A look -j TRACE
-A look -p udp --sport 40001 -j MARK --set-mark 1
-A look -m mark --mark 1
-A look -m quota --quota 3000
-A look -m limit --limit 1/hour --limit-burst 3
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m set --match-set pp dst,dst
-A look -m set ! --match-set pp dst,dst
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name f
-A look -p udp -m hashlimit --hashlimit-above 1/hour --hashlimit-burst 1 --hashlimit-mode srcport,dstip --hashlimit-name g
-A look -m recent --set --name f
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m ttl --ttl-gt 5
-A look -m dscp --dscp 0
-A look -m addrtype --dst-type UNICAST
-A look -j SET --add-set ad src,src
-A look -j SET --add-set bp dst
-A look -j TRACE
-A look -p udp --sport 40001 -j MARK --set-mark 1
-A look -m mark --mark 1
-A look -m quota --quota 3000
-A look -m limit --limit 1/hour --limit-burst 3
COMMIT
EOF
ip netns exec r iptables -t mangle -A FORWARD -f -j TTL --ttl-set 9
ip netns exec r iptables -t mangle -A POSTROUTING -f -j DSCP --set-dscp 3
ip netns exec a ping -c1 -W1 10.2.0.2
# --- traffic ---
ip netns exec a ping -c1 -W1 -s 3000 10.2.0.2
ip netns exec a ping -c1 -W1 -s 3000 10.1.0.1
ip netns exec r ping -c1 -W1 -s 3000 10.1.0.2
ip netns exec r ipset list -s ad
ip netns exec r ipset save bp
ip netns exec r iptables -I FORWARD -f -j DROP
ip netns exec a ping -c1 -W1 -s 3000 10.2.0.2
