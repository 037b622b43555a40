# The packet's mark set, or-ed, and-ed and xor-ed in each of the five hooks and in each table.
# Lesson: it is one number from PREROUTING to POSTROUTING; what this host answers begins again with none.
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
ip netns exec r iptables -t raw -A PREROUTING -j MARK --set-mark 0x1
ip netns exec r iptables -t raw -A OUTPUT -j MARK --set-xmark 0x80000000/0xf0000000
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -j MARK --or-mark 0x30; ip netns exec r iptables -t mangle -A $chain -m mark --mark 0x30/0x30 -j MARK --xor-mark 0x5; done
for chain in PREROUTING INPUT OUTPUT POSTROUTING; do ip netns exec r iptables -t nat -A $chain -j MARK --and-mark 0xfffffff0; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t filter -A $chain -j MARK --set-mark 0x700/0xf00; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t security -A $chain -j MARK --set-xmark 0x100/0x0; ip netns exec r iptables -t security -A $chain -m mark ! --mark 0x600/0xf00; done
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
ip netns exec r sysctl -qw net.ipv4.fwmark_reflect=1
ip netns exec a ping -c1 -W1 10.1.0.1
