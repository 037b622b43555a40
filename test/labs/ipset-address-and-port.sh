# Services as sets: an address with a port, with a client, with a client's network.
# Lesson: each part of an element has its own direction in the rule; ICMP has its type and code for a port; too few directions match nothing.
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
ip netns exec r ipset create services hash:ip,port counters initval 0x1
ip netns exec r ipset add services 10.2.0.2,udp:53
ip netns exec r ipset add services 10.2.0.2,tcp:80-82
ip netns exec r ipset add services 10.2.0.2,icmp:echo-request
ip netns exec r ipset create clients hash:ip,port,ip counters initval 0x1
ip netns exec r ipset add clients 10.2.0.2,udp:54,10.1.0.2
ip netns exec r ipset create networks hash:ip,port,net counters initval 0x1
ip netns exec r ipset add networks 10.2.0.2,udp:55,10.1.0.0/16
ip netns exec r ipset add networks 10.2.0.2,udp:55,10.1.0.0/24 nomatch
ip netns exec r ipset add networks 10.2.0.2,udp:56,10.1.0.0/16
ip netns exec r ipset create all list:set counters
ip netns exec r ipset add all services
ip netns exec r ipset add all clients
ip netns exec r ipset add all networks
ip netns exec r iptables -N OPEN
ip netns exec r iptables -A OPEN -m set --match-set services dst
ip netns exec r iptables -A OPEN -m set --match-set services dst,dst -j ACCEPT
ip netns exec r iptables -A OPEN -m set --match-set clients dst,dst,src -j ACCEPT
ip netns exec r iptables -A OPEN -m set --match-set networks dst,dst,src -j ACCEPT
ip netns exec r iptables -A FORWARD -i rb -j ACCEPT
ip netns exec r iptables -A FORWARD -m set --match-set all dst,dst,src
ip netns exec r iptables -A FORWARD -m set --match-set all dst,dst,src ! --update-counters
ip netns exec r iptables -A FORWARD -m set --match-set all dst,dst,src ! --update-subcounters
ip netns exec r iptables -A FORWARD -j OPEN
ip netns exec r iptables -A FORWARD -j DROP
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
echo one | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 53
echo two | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 54
echo three | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 55
echo four | ip netns exec a nc -u -w1 -p 40004 10.2.0.2 56
timeout 0.7 ip netns exec a nc -p 40005 10.2.0.2 81
timeout 0.7 ip netns exec a nc -p 40006 10.2.0.2 83
ip netns exec r ipset list -s services
ip netns exec r ipset list -s clients
ip netns exec r ipset list -s networks
ip netns exec r ipset list all
