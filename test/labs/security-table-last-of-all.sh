# The security table beside all others, with jumps and verdicts of its own.
# Lesson: it is asked behind filter, in INPUT even behind source NAT; what filter drops it never sees, and what it drops nobody confirms.
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
ip netns exec r iptables -t nat -A INPUT -p icmp -j SNAT --to-source 10.1.0.77
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 5000 -j DNAT --to-destination 10.2.0.2:53
ip netns exec r iptables -t security -N check
ip netns exec r iptables -t security -A check -s 10.1.0.77 -j RETURN
ip netns exec r iptables -t security -A check -p udp --dport 53 -m conntrack --ctstate DNAT -j ACCEPT
ip netns exec r iptables -t security -A check -p udp -j DROP
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t security -A $chain -j check; ip netns exec r iptables -t security -A $chain -p icmp -m mark --mark 9 -j DROP; ip netns exec r iptables -A $chain -p icmp -m length --length 100 -j DROP; ip netns exec r iptables -A $chain -p icmp -m length --length 101 -j MARK --set-mark 9; done
ip netns exec r iptables -t security -P OUTPUT ACCEPT
# --- traffic ---
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -s 72 10.1.0.1
ip netns exec a ping -c1 -W1 -s 73 10.1.0.1
ip netns exec a ping -c1 -W1 -s 72 10.2.0.2
ip netns exec a ping -c1 -W1 -s 73 10.2.0.2
ip netns exec r ping -c1 -W1 -s 73 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.1.0.1 5000
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 54
echo x | ip netns exec r nc -u -w1 -p 40003 10.2.0.2 53
ip netns exec r iptables -t security -S
ip netns exec r iptables -t security -nvL -x
