# Packets that conntrack shall not see, and packets that it shall see apart, in both hooks of raw.
# Lesson: untracked packets pass nat by; a connection lives in the zone of its packets, and an answer without the zone's rule finds none.
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
ip netns exec r iptables -t raw -A PREROUTING -p udp --dport 7001 -j NOTRACK
ip netns exec r iptables -t raw -A PREROUTING -p udp --dport 7002 -j CT --notrack
ip netns exec r iptables -t raw -A PREROUTING -p udp --dport 7003 -j CT --zone 5
ip netns exec r iptables -t raw -A PREROUTING -p icmp -i ra -j CT --zone 7
ip netns exec r iptables -t raw -A PREROUTING -p icmp -i rb -j CT --zone-reply 7
ip netns exec r iptables -t raw -A OUTPUT -p udp --dport 7001 -j NOTRACK
ip netns exec r iptables -t raw -A OUTPUT -p udp --dport 7002 -j CT --zone-orig 9
ip netns exec r iptables -t raw -A OUTPUT -p icmp -j MARK --set-mark 0x15
ip netns exec r iptables -t raw -A OUTPUT -p icmp -j CT --zone mark
ip netns exec r iptables -t raw -A OUTPUT -p udp --dport 7003 -j CT
ip netns exec r iptables-restore --noflush <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED,RELATED
-A look -m conntrack --ctstate UNTRACKED
-A look -m conntrack --ctstate INVALID
COMMIT
EOF
ip netns exec r iptables -t nat -A POSTROUTING -p udp -j MASQUERADE
for n in a b r; do ip netns exec $n sysctl -qw net.ipv4.icmp_ratelimit=0; done
# --- traffic ---
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 7001
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 7002
echo x | ip netns exec a nc -u -w1 -p 40003 10.2.0.2 7003
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
echo x | ip netns exec r nc -u -w1 -p 40004 10.2.0.2 7001
echo x | ip netns exec r nc -u -w1 -p 40005 10.2.0.2 7002
echo x | ip netns exec r nc -u -w1 -p 40006 10.2.0.2 7003
ip netns exec r ping -c1 -W1 10.2.0.2
