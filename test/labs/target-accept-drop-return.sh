# ACCEPT, DROP and RETURN in each table and hook.
# Lesson: ACCEPT ends one table's chain and not the next table's; RETURN in a base chain is the policy's word; DROP is the end in any of them.
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
for table in raw mangle nat filter security; do ip netns exec r iptables -t $table -N ends; ip netns exec r iptables -t $table -A ends -m tos --tos 0x04 -j RETURN; ip netns exec r iptables -t $table -A ends -m tos --tos 0x08 -j ACCEPT; ip netns exec r iptables -t $table -A ends -m tos --tos 0x0c; done
for chain in PREROUTING OUTPUT; do ip netns exec r iptables -t raw -A $chain -j ends; ip netns exec r iptables -t raw -A $chain -m tos --tos 0x10 -j RETURN; ip netns exec r iptables -t raw -A $chain -m tos --tos 0x14 -j ACCEPT; ip netns exec r iptables -t raw -A $chain -m tos --tos 0x18; done
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -j ends; ip netns exec r iptables -t mangle -A $chain -m tos --tos 0x10 -j RETURN; ip netns exec r iptables -t mangle -A $chain -m tos --tos 0x14 -j ACCEPT; ip netns exec r iptables -t mangle -A $chain -m tos --tos 0x18; done
for chain in PREROUTING INPUT OUTPUT POSTROUTING; do ip netns exec r iptables -t nat -A $chain -j ends; ip netns exec r iptables -t nat -A $chain -m tos --tos 0x10 -j RETURN; ip netns exec r iptables -t nat -A $chain -m tos --tos 0x14 -j ACCEPT; ip netns exec r iptables -t nat -A $chain -m tos --tos 0x18; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t filter -A $chain -j ends; ip netns exec r iptables -t filter -A $chain -m tos --tos 0x10 -j RETURN; ip netns exec r iptables -t filter -A $chain -m tos --tos 0x14 -j ACCEPT; ip netns exec r iptables -t filter -A $chain -m tos --tos 0x18; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t security -A $chain -j ends; ip netns exec r iptables -t security -A $chain -m tos --tos 0x10 -j RETURN; ip netns exec r iptables -t security -A $chain -m tos --tos 0x14 -j ACCEPT; ip netns exec r iptables -t security -A $chain -m tos --tos 0x18; done
for chain in PREROUTING OUTPUT; do ip netns exec r iptables -t raw -A $chain -m length --length 110 -j DROP; done
for chain in PREROUTING; do ip netns exec r iptables -t mangle -A $chain -m length --length 120 -j DROP; done
for chain in INPUT; do ip netns exec r iptables -t mangle -A $chain -m length --length 121 -j DROP; done
for chain in FORWARD; do ip netns exec r iptables -t mangle -A $chain -m length --length 122 -j DROP; done
for chain in OUTPUT; do ip netns exec r iptables -t mangle -A $chain -m length --length 123 -j DROP; done
for chain in POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -m length --length 124 -j DROP; done
for chain in INPUT; do ip netns exec r iptables -t filter -A $chain -m length --length 131 -j DROP; done
for chain in FORWARD; do ip netns exec r iptables -t filter -A $chain -m length --length 132 -j DROP; done
for chain in OUTPUT; do ip netns exec r iptables -t filter -A $chain -m length --length 133 -j DROP; done
for chain in INPUT; do ip netns exec r iptables -t security -A $chain -m length --length 141 -j DROP; done
for chain in FORWARD; do ip netns exec r iptables -t security -A $chain -m length --length 142 -j DROP; done
for chain in OUTPUT; do ip netns exec r iptables -t security -A $chain -m length --length 143 -j DROP; done
# --- traffic ---
ip netns exec a ping -c1 -W1 -Q 0x04 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x04 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0x04 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x08 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x08 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0x08 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x0c 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x0c 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0x0c 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x10 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x10 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0x10 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x14 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x14 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0x14 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x18 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x18 10.1.0.1
ip netns exec r ping -c1 -W1 -Q 0x18 10.2.0.2
ip netns exec a ping -c1 -W1 -s 82 10.2.0.2
ip netns exec r ping -c1 -W1 -s 82 10.2.0.2
ip netns exec a ping -c1 -W1 -s 92 10.2.0.2
ip netns exec a ping -c1 -W1 -s 93 10.1.0.1
ip netns exec a ping -c1 -W1 -s 94 10.2.0.2
ip netns exec r ping -c1 -W1 -s 95 10.2.0.2
ip netns exec r ping -c1 -W1 -s 96 10.2.0.2
ip netns exec a ping -c1 -W1 -s 103 10.1.0.1
ip netns exec a ping -c1 -W1 -s 104 10.2.0.2
ip netns exec r ping -c1 -W1 -s 105 10.2.0.2
ip netns exec a ping -c1 -W1 -s 113 10.1.0.1
ip netns exec a ping -c1 -W1 -s 114 10.2.0.2
ip netns exec r ping -c1 -W1 -s 115 10.2.0.2
