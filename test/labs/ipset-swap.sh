# The rule names a set; what is in it is exchanged under the rule's feet.
# Lesson: swap changes the contents of both names at once; a set in use cannot be destroyed or renamed, but flushed.
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
ip netns exec b ipset create live hash:ip initval 0x1
ip netns exec b ipset create next hash:ip initval 0x2
ip netns exec b ipset add live 10.0.0.7
ip netns exec b ipset add next 10.0.0.1
ip netns exec b iptables -A INPUT -m set --match-set live src -j DROP
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset destroy live
ip netns exec b ipset rename live old
ip netns exec b ipset swap live next
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset list
ip netns exec b ipset flush live
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b ipset destroy next
ip netns exec b iptables -F
ip netns exec b ipset destroy
ip netns exec b ipset list -n
ip netns exec b iptables -A INPUT -m set --match-set live src -j DROP
