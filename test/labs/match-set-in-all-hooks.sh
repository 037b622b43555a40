# Each type of set, asked in each of the five hooks.
# Lesson: src and dst say for each part which side of the packet is meant; of a device src is the one that it came by and dst the one that it leaves by, and where there is none nothing matches.
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
ip netns exec r ipset create addr hash:ip counters initval 0x1
ip netns exec r ipset add addr 10.1.0.2
ip netns exec r ipset create net hash:net initval 0x1
ip netns exec r ipset add net 10.2.0.0/24
ip netns exec r ipset add net 10.2.0.2 nomatch
ip netns exec r ipset create addrport hash:ip,port initval 0x1
ip netns exec r ipset add addrport 10.2.0.2,udp:53
ip netns exec r ipset add addrport 10.2.0.2,icmp:echo-request
ip netns exec r ipset create pair hash:ip,port,ip initval 0x1
ip netns exec r ipset add pair 10.2.0.2,udp:53,10.1.0.2
ip netns exec r ipset create pairnet hash:ip,port,net initval 0x1
ip netns exec r ipset add pairnet 10.2.0.2,tcp:80,10.1.0.0/24
ip netns exec r ipset create ports bitmap:port range 0-100
ip netns exec r ipset add ports 53
ip netns exec r ipset create dev hash:net,iface initval 0x1
ip netns exec r ipset add dev 10.1.0.0/24,ra
ip netns exec r ipset add dev 10.2.0.0/24,rb
ip netns exec r ipset create all list:set
ip netns exec r ipset add all net
ip netns exec r ipset add all ports
ip netns exec r ipset add all addr
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m set --match-set addr src
-A look -m set --match-set addr dst
-A look -m set ! --match-set addr src,dst
-A look -m set --match-set net dst
-A look -m set --match-set net dst --return-nomatch
-A look -m set ! --match-set net src
-A look -m set --match-set addrport dst,dst
-A look -m set --match-set addrport src,src
-A look -m set --match-set pair dst,dst,src
-A look -m set --match-set pairnet dst,dst,src
-A look -m set ! --match-set pairnet src,src,dst
-A look -m set --match-set ports dst
-A look -m set --match-set ports src
-A look -m set --match-set dev src,src
-A look -m set --match-set dev dst,dst
-A look -m set --match-set dev src,dst
-A look -m set ! --match-set dev dst,src
-A look -m set --match-set all src
-A look -m set --match-set all dst,dst
-A look -m set --match-set addr src --packets-gt 5
-A look -m set --match-set addr src ! --update-counters --bytes-lt 500
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m set --match-set addr src
-A look -m set --match-set addr dst
-A look -m set ! --match-set addr src,dst
-A look -m set --match-set net dst
-A look -m set --match-set net dst --return-nomatch
-A look -m set ! --match-set net src
-A look -m set --match-set addrport dst,dst
-A look -m set --match-set addrport src,src
-A look -m set --match-set pair dst,dst,src
-A look -m set --match-set pairnet dst,dst,src
-A look -m set ! --match-set pairnet src,src,dst
-A look -m set --match-set ports dst
-A look -m set --match-set ports src
-A look -m set --match-set dev src,src
-A look -m set --match-set dev dst,dst
-A look -m set --match-set dev src,dst
-A look -m set ! --match-set dev dst,src
-A look -m set --match-set all src
-A look -m set --match-set all dst,dst
-A look -m set --match-set addr src --packets-gt 5
-A look -m set --match-set addr src ! --update-counters --bytes-lt 500
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m set --match-set addr src
-A look -m set --match-set addr dst
-A look -m set ! --match-set addr src,dst
-A look -m set --match-set net dst
-A look -m set --match-set net dst --return-nomatch
-A look -m set ! --match-set net src
-A look -m set --match-set addrport dst,dst
-A look -m set --match-set addrport src,src
-A look -m set --match-set pair dst,dst,src
-A look -m set --match-set pairnet dst,dst,src
-A look -m set ! --match-set pairnet src,src,dst
-A look -m set --match-set ports dst
-A look -m set --match-set ports src
-A look -m set --match-set dev src,src
-A look -m set --match-set dev dst,dst
-A look -m set --match-set dev src,dst
-A look -m set ! --match-set dev dst,src
-A look -m set --match-set all src
-A look -m set --match-set all dst,dst
-A look -m set --match-set addr src --packets-gt 5
-A look -m set --match-set addr src ! --update-counters --bytes-lt 500
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m set --match-set addr src
-A look -m set --match-set addr dst
-A look -m set ! --match-set addr src,dst
-A look -m set --match-set net dst
-A look -m set --match-set net dst --return-nomatch
-A look -m set ! --match-set net src
-A look -m set --match-set addrport dst,dst
-A look -m set --match-set addrport src,src
-A look -m set --match-set pair dst,dst,src
-A look -m set --match-set pairnet dst,dst,src
-A look -m set ! --match-set pairnet src,src,dst
-A look -m set --match-set ports dst
-A look -m set --match-set ports src
-A look -m set --match-set dev src,src
-A look -m set --match-set dev dst,dst
-A look -m set --match-set dev src,dst
-A look -m set ! --match-set dev dst,src
-A look -m set --match-set all src
-A look -m set --match-set all dst,dst
-A look -m set --match-set addr src --packets-gt 5
-A look -m set --match-set addr src ! --update-counters --bytes-lt 500
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m set --match-set addr src
-A look -m set --match-set addr dst
-A look -m set ! --match-set addr src,dst
-A look -m set --match-set net dst
-A look -m set --match-set net dst --return-nomatch
-A look -m set ! --match-set net src
-A look -m set --match-set addrport dst,dst
-A look -m set --match-set addrport src,src
-A look -m set --match-set pair dst,dst,src
-A look -m set --match-set pairnet dst,dst,src
-A look -m set ! --match-set pairnet src,src,dst
-A look -m set --match-set ports dst
-A look -m set --match-set ports src
-A look -m set --match-set dev src,src
-A look -m set --match-set dev dst,dst
-A look -m set --match-set dev src,dst
-A look -m set ! --match-set dev dst,src
-A look -m set --match-set all src
-A look -m set --match-set all dst,dst
-A look -m set --match-set addr src --packets-gt 5
-A look -m set --match-set addr src ! --update-counters --bytes-lt 500
COMMIT
EOF
ip netns exec b timeout 9 nc -l -k 80 >/dev/null &
sleep 0.3
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 53
echo x | ip netns exec r nc -u -w1 -p 40002 10.1.0.2 53
echo hello | timeout 0.7 ip netns exec a nc -N -p 40003 10.2.0.2 80
ip netns exec a ping -c1 -W1 -s 3000 10.2.0.2
ip netns exec r ipset list -s addr
