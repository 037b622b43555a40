# Where a packet goes on after a chain: jumps, gotos, RETURN and policies.
# Lesson: RETURN in a base chain is its policy; the end of a chain reached by goto goes on where the last jump was.
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
ip netns exec b iptables-restore <<EOF
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:first - [0:0]
:second - [0:0]
:third - [0:0]
-A INPUT -p udp -m udp --dport 1001 -j first
-A INPUT -p udp -m udp --dport 1002 -g first
-A INPUT -p udp -m udp --dport 1003 -j RETURN
-A INPUT -p icmp -j ACCEPT
-A INPUT -p udp -m udp --dport 1001 -j ACCEPT
-A INPUT -p udp -j REJECT --reject-with icmp-port-unreachable
-A first -p udp -m udp --dport 1001 -g second
-A first -j second
-A first -j MARK --set-xmark 0x10/0xffffffff
-A second -m mark --mark 0x0 -j third
-A second -j MARK --set-xmark 0x1/0x1
-A third -j RETURN
-A third -j DROP
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 1001
echo x | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 1002
echo x | ip netns exec a nc -u -w1 -p 40003 10.0.0.2 1003
echo x | ip netns exec a nc -u -w1 -p 40004 10.0.0.2 1004
