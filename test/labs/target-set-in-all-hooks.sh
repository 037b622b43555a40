# Addresses added to sets and taken out again in each of the five hooks.
# Lesson: the hook says what src and dst are at that moment: behind DNAT the new destination; and without a device of that direction nothing is added to a set of devices.
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
for name in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r ipset create s$name hash:ip,port counters timeout 300 initval 0x1; ip netns exec r ipset create d$name hash:net,iface initval 0x1; ip netns exec r ipset create i$name hash:net,iface initval 0x1; ip netns exec r ipset create g$name hash:ip initval 0x1; ip netns exec r ipset add g$name 10.2.0.2; done
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -j SET --add-set s$chain dst,dst; ip netns exec r iptables -t mangle -A $chain -j SET --add-set s$chain src,src --exist --timeout 100; ip netns exec r iptables -t mangle -A $chain -j SET --add-set d$chain src,dst; ip netns exec r iptables -t mangle -A $chain -j SET --add-set i$chain src,src; ip netns exec r iptables -t mangle -A $chain -p udp -j SET --del-set g$chain dst; done
ip netns exec r ipset create raw bitmap:port range 0-1024
ip netns exec r ipset create nat hash:ip,port,ip initval 0x1
ip netns exec r ipset create filter hash:ip,port,net initval 0x1
ip netns exec r ipset create security hash:net initval 0x1
for chain in PREROUTING OUTPUT; do ip netns exec r iptables -t raw -A $chain -p udp -j SET --add-set raw dst; done
for chain in PREROUTING INPUT OUTPUT POSTROUTING; do ip netns exec r iptables -t nat -A $chain -j SET --add-set nat src,dst,dst; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t filter -A $chain -j SET --add-set filter src,dst,dst; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t security -A $chain -j SET --add-set security src; done
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 5000 -j DNAT --to-destination 10.2.0.2:53
ip netns exec r iptables -t nat -A POSTROUTING -p udp -j MASQUERADE
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 5000
echo x | ip netns exec r nc -u -w1 -p 40002 10.2.0.2 9
sleep 0.1
ip netns exec r ipset list -s sPREROUTING
ip netns exec r ipset list -s sINPUT
ip netns exec r ipset list -s sFORWARD
ip netns exec r ipset list -s sOUTPUT
ip netns exec r ipset list -s sPOSTROUTING
ip netns exec r ipset list -s dPREROUTING
ip netns exec r ipset list -s dINPUT
ip netns exec r ipset list -s dFORWARD
ip netns exec r ipset list -s dOUTPUT
ip netns exec r ipset list -s dPOSTROUTING
ip netns exec r ipset save -s raw
ip netns exec r ipset save -s nat
ip netns exec r ipset save -s filter
ip netns exec r ipset save -s security
ip netns exec r ipset save -s iFORWARD
ip netns exec r ipset save -s iOUTPUT
ip netns exec r ipset save -s iPOSTROUTING
ip netns exec r ipset save -s gFORWARD
ip netns exec r ipset save -s gOUTPUT
ip netns exec r ipset save -s gPOSTROUTING
