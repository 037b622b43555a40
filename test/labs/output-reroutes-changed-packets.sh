# Rules that change what routing looks at: mark and type of service, in OUTPUT and before it.
# Lesson: mangle's OUTPUT, and translation there, make the kernel route again; a mark that raw, filter or security writes in OUTPUT comes too late; in PREROUTING nothing is too late.
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
ip -n r route add 10.9.0.0/24 via 10.2.0.2
ip -n r route add default via 10.1.0.2 table 7
ip -n r rule add fwmark 7 table 7
ip -n r rule add tos 0x10 table 8
ip -n r route add unreachable default table 8
ip netns exec r iptables -t mangle -A OUTPUT -p udp --dport 7001 -j MARK --set-mark 7
ip netns exec r iptables -t mangle -A OUTPUT -p udp --dport 7002 -j TOS --set-tos 0x10
ip netns exec r iptables -A OUTPUT -p udp --dport 7003 -j MARK --set-mark 7
ip netns exec r iptables -t raw -A OUTPUT -p udp --dport 7004 -j MARK --set-mark 7
ip netns exec r iptables -t mangle -A PREROUTING -p udp --dport 7005 -j MARK --set-mark 7
ip netns exec r iptables -t mangle -A PREROUTING -p udp --dport 7006 -j TOS --set-tos 0x10
ip netns exec r iptables -t nat -A OUTPUT -p udp --dport 7007 -j MARK --set-mark 7
ip netns exec r iptables -t nat -A OUTPUT -p udp --dport 7007 -j DNAT --to-destination 10.1.0.2:9
ip netns exec r iptables -t security -A OUTPUT -p udp --dport 7008 -j MARK --set-mark 7
ip netns exec r iptables -t mangle -A OUTPUT -p udp --dport 7009 -j DSCP --set-dscp 4
for chain in OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -o ra; ip netns exec r iptables -t mangle -A $chain -o rb; done
ip netns exec a sysctl -qw net.ipv4.icmp_ratelimit=0
ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=0
# --- traffic ---
echo x | ip netns exec r nc -u -w1 -p 40001 10.9.0.1 7001
echo x | ip netns exec r nc -u -w1 -p 40002 10.9.0.1 7002
echo x | ip netns exec r nc -u -w1 -p 40003 10.9.0.1 7003
echo x | ip netns exec r nc -u -w1 -p 40004 10.9.0.1 7004
echo x | ip netns exec r nc -u -w1 -p 40007 10.9.0.1 7007
echo x | ip netns exec r nc -u -w1 -p 40008 10.9.0.1 7008
echo x | ip netns exec r nc -u -w1 -p 40009 10.9.0.1 7009
echo x | ip netns exec a nc -u -w1 -p 40005 10.9.0.1 7005
echo x | ip netns exec a nc -u -w1 -p 40006 10.9.0.1 7006
ip netns exec r ping -c1 -W1 -Q 0x10 10.9.0.1
