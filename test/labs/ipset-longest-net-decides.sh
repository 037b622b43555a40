# Nets with exceptions and devices, ranges of ports, lists of sets: elements of every kind.
# Lesson: in a set of nets and devices the longest net that holds the address decides, even when it is there for another device only; nomatch is a hole that --return-nomatch asks for.
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
ip -n a addr add 10.1.0.3/24 dev eth0
ip netns exec r ipset create w hash:net,iface initval 0x1
ip netns exec r ipset add w 10.1.0.0/24,ra
ip netns exec r ipset add w 10.1.0.0/25,rb nomatch
ip netns exec r ipset add w 0.0.0.0/0,rb
ip netns exec r ipset add w 10.2.0.0/24,r wildcard
ip netns exec r ipset add w 10.2.0.0/24,lo
ip netns exec r ipset create p bitmap:port range 0-1000
ip netns exec r ipset add p 0
ip netns exec r ipset add p 9-53
ip netns exec r ipset create n hash:net initval 0x1
ip netns exec r ipset add n 10.0.0.0/8
ip netns exec r ipset add n 10.1.0.0/16 nomatch
ip netns exec r ipset add n 10.1.0.2
ip netns exec r ipset create l1 list:set
ip netns exec r ipset add l1 n
ip netns exec r ipset add l1 p before n
ip netns exec r ipset create ipp hash:ip,port initval 0x1
ip netns exec r ipset add ipp 10.2.0.2,9-10
ip netns exec r ipset add ipp 10.2.0.2,icmp:0/0
ip netns exec r ipset add ipp 10.2.0.2,icmp:3/3
ip netns exec r ipset create ippn hash:ip,port,net initval 0x1
ip netns exec r ipset add ippn 10.2.0.2,udp:9,10.1.0.0/16
ip netns exec r ipset add ippn 10.2.0.2,udp:9,10.1.0.3 nomatch
ip netns exec r ipset create c hash:ip counters initval 0x1
ip netns exec r ipset add c 10.1.0.2 packets 10 bytes 1000
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m set --match-set w src,src
-A look -m set --match-set w src,dst
-A look -m set --match-set w dst,dst
-A look -m set --match-set w src,dst --return-nomatch
-A look -m set --match-set p dst
-A look -m set --match-set p src
-A look -m set ! --match-set p src,dst
-A look -m set --match-set n src
-A look -m set --match-set n src --return-nomatch
-A look -m set ! --match-set n src --return-nomatch
-A look -m set --match-set l1 src
-A look -m set --match-set l1 dst,dst
-A look -m set --match-set ipp dst,dst
-A look -m set --match-set ipp src,src
-A look -m set ! --match-set ipp src,dst
-A look -m set --match-set ippn dst,dst,src
-A look -m set --match-set ippn dst,dst,src --return-nomatch
-A look -m set --match-set c src --packets-gt 11
-A look -m set --match-set c src --bytes-lt 1100 ! --update-counters
-A look -m set --match-set c src ! --packets-eq 12
-A look -m set --match-set l1 src,src,src
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m set --match-set w src,src
-A look -m set --match-set w src,dst
-A look -m set --match-set w dst,dst
-A look -m set --match-set w src,dst --return-nomatch
-A look -m set --match-set p dst
-A look -m set --match-set p src
-A look -m set ! --match-set p src,dst
-A look -m set --match-set n src
-A look -m set --match-set n src --return-nomatch
-A look -m set ! --match-set n src --return-nomatch
-A look -m set --match-set l1 src
-A look -m set --match-set l1 dst,dst
-A look -m set --match-set ipp dst,dst
-A look -m set --match-set ipp src,src
-A look -m set ! --match-set ipp src,dst
-A look -m set --match-set ippn dst,dst,src
-A look -m set --match-set ippn dst,dst,src --return-nomatch
-A look -m set --match-set c src --packets-gt 11
-A look -m set --match-set c src --bytes-lt 1100 ! --update-counters
-A look -m set --match-set c src ! --packets-eq 12
-A look -m set --match-set l1 src,src,src
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.1.0.3 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
echo x | ip netns exec a nc -u -w1 -s 10.1.0.3 -p 40002 10.2.0.2 9
echo x | ip netns exec a nc -u -w1 -p 40003 10.1.0.1 10
ip netns exec r ping -c1 -W1 10.1.0.3
timeout 0.7 ip netns exec a nc -p 40004 10.2.0.2 9
ip netns exec r ipset list c
ip netns exec r ipset test n 10.1.0.5
ip netns exec r ipset test w 10.1.0.5,rb
