# A set that counts, and rules that ask how much: the first packets of each host are let through.
# Lesson: a packet is counted before it is compared; in a list the counters of the list's own elements are asked.
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
ip netns exec b ipset create hosts hash:ip counters initval 0x1
ip netns exec b ipset add hosts 10.0.0.1
ip netns exec b ipset create others hash:ip counters initval 0x1
ip netns exec b ipset add others 10.0.0.1 packets 10 bytes 840
ip netns exec b ipset create both list:set counters
ip netns exec b ipset add both hosts
ip netns exec b ipset add both others packets 1
ip netns exec b iptables -A INPUT -m set --match-set hosts src ! --update-counters --packets-gt 0
ip netns exec b iptables -A INPUT -m set --match-set hosts src --packets-lt 3
ip netns exec b iptables -A INPUT -m set --match-set hosts src ! --packets-eq 4 ! --update-counters
ip netns exec b iptables -A INPUT -m set --match-set both src --packets-gt 2
ip netns exec b iptables -A INPUT -m set --match-set others src --bytes-gt 1000 -j DROP
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset list
