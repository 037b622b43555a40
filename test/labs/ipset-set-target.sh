# Knocking: who sends to one port is let in by another, until the time is over.
# Lesson: SET adds what the packet has; without --exist what is there keeps its time; a set with time-outs forgets by itself.
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
ip netns exec b ipset create knocked hash:ip timeout 4 counters initval 0x1
ip netns exec b ipset create seen hash:ip,port initval 0x1
ip netns exec b ipset create nets hash:net initval 0x1
ip netns exec b ipset add nets 10.0.1.0/24
ip netns exec b iptables -A INPUT -j SET --add-set seen src,dst
ip netns exec b iptables -A INPUT -j SET --add-set nets src
ip netns exec b iptables -A INPUT -p udp --dport 7000 -j SET --add-set knocked src
ip netns exec b iptables -A INPUT -p udp --dport 7001 -j SET --add-set knocked src --exist --timeout 10
ip netns exec b iptables -A INPUT -p udp --dport 7002 -j SET --del-set knocked src
ip netns exec b iptables -A INPUT -p udp --dport 7000:7002 -j DROP
ip netns exec b iptables -A INPUT -p icmp -m set ! --match-set knocked src -j DROP
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
echo knock | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 7000
ip netns exec a ping -c1 -W1 10.0.0.2
sleep 1.5
echo knock | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 7000
ip netns exec b ipset list knocked
sleep 2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset list knocked
echo knock | ip netns exec a nc -u -w1 -p 40003 10.0.0.2 7000
echo knock | ip netns exec a nc -u -w1 -p 40004 10.0.0.2 7001
ip netns exec b ipset list knocked
echo knock | ip netns exec a nc -u -w1 -p 40005 10.0.0.2 7002
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset list -s seen
ip netns exec b ipset list -s nets
