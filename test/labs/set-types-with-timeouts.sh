# Every type of set with time-outs and counters, filled by commands and by rules.
# Lesson: an element is gone when its time is over, and not a moment later; adding it again without --exist changes nothing, with it the clock begins anew.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec b ipset create ip hash:ip timeout 3 counters initval 0x1
ip netns exec b ipset create net hash:net timeout 0 counters initval 0x1
ip netns exec b ipset create ipport hash:ip,port timeout 3 counters initval 0x1
ip netns exec b ipset create ipportip hash:ip,port,ip timeout 3 counters initval 0x1
ip netns exec b ipset create ipportnet hash:ip,port,net timeout 3 counters initval 0x1
ip netns exec b ipset create netiface hash:net,iface timeout 3 counters initval 0x1
ip netns exec b ipset create port bitmap:port range 0-100 timeout 3 counters
ip netns exec b ipset create list list:set timeout 0 counters
ip netns exec b iptables -A INPUT -m set --match-set ip src
ip netns exec b iptables -A INPUT -m set --match-set net src
ip netns exec b iptables -A INPUT -m set --match-set ipport src,dst
ip netns exec b iptables -A INPUT -m set --match-set ipportip src,dst,dst
ip netns exec b iptables -A INPUT -m set --match-set ipportnet src,dst,dst
ip netns exec b iptables -A INPUT -m set --match-set netiface src,src
ip netns exec b iptables -A INPUT -m set --match-set port dst
ip netns exec b iptables -A INPUT -m set --match-set list src
ip netns exec b iptables -A INPUT -p udp --dport 9 -j SET --add-set ip src
ip netns exec b iptables -A INPUT -p udp --dport 9 -j SET --add-set ipport src,dst --exist
ip netns exec b iptables -A INPUT -p udp --dport 9 -j SET --add-set ipportip src,dst,dst --timeout 1
ip netns exec b iptables -A INPUT -p udp --dport 9 -j SET --add-set ipportnet src,dst,dst --exist --timeout 6
ip netns exec b iptables -A INPUT -p udp --dport 9 -j SET --add-set netiface src,src
ip netns exec b iptables -A INPUT -p udp --dport 9 -j SET --add-set port dst --exist
# --- traffic ---
ip netns exec b ipset add net 10.0.0.0/24 timeout 3
ip netns exec b ipset add net 10.0.0.1 timeout 5 nomatch
ip netns exec b ipset add list net timeout 4
ip netns exec b ipset add list ip
echo x | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 9
sleep 0.5
echo x | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 9
ip netns exec b ipset list ip
ip netns exec b ipset list port
ip netns exec b ipset list list
sleep 1.5
echo x | ip netns exec a nc -u -w1 -p 40003 10.0.0.2 9
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset list ip
ip netns exec b ipset list net
ip netns exec b ipset list ipport
ip netns exec b ipset list ipportip
ip netns exec b ipset list ipportnet
ip netns exec b ipset list netiface
ip netns exec b ipset list port
ip netns exec b ipset list list
sleep 3.5
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset save ip
ip netns exec b ipset save net
ip netns exec b ipset save ipport
ip netns exec b ipset save ipportnet
ip netns exec b ipset save netiface
ip netns exec b ipset save port
ip netns exec b ipset save list
