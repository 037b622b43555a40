# Base chains exist only once something has created them.
# Lesson: a rule in nat PREROUTING makes that chain alone; -P and -S make all of a table; only those that iptables-restore made count for their policy.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables -t nat -A PREROUTING -p udp --dport 1 -j ACCEPT
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables -t mangle -N MINE
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables -A INPUT -p udp -j DROP
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables -S
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables -t raw -P PREROUTING ACCEPT
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables-restore <<END
*security
:INPUT ACCEPT [5:500]
:OUTPUT ACCEPT [0:0]
COMMIT
END
ip netns exec a ping -c1 -W1 10.0.0.3
ip netns exec b iptables -t security -L INPUT -v -n
ip netns exec b iptables -t nat -F
ip netns exec b iptables -t nat -X
ip netns exec a ping -c1 -W1 10.0.0.3
