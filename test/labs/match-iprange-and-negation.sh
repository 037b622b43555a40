# Ranges of addresses, and what a ! makes of them, in each of the five hooks.
# Lesson: both ends belong to the range; a range that runs backwards holds nobody, and its denial everybody.
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
ip -n a addr add 10.1.0.3/24 dev eth0
ip -n a addr add 10.1.0.9/24 dev eth0
ip netns exec r iptables-restore <<EOF
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m iprange --src-range 10.1.0.2-10.1.0.3
-A look -m iprange ! --src-range 10.1.0.2-10.1.0.3
-A look -m iprange --dst-range 10.2.0.2
-A look -m iprange --src-range 10.1.0.3-10.1.0.9 --dst-range 10.2.0.0-10.2.0.255
-A look -m iprange ! --src-range 10.1.0.3-10.1.0.9 ! --dst-range 10.2.0.0-10.2.0.255
-A look -m iprange --src-range 0.0.0.0-255.255.255.255
-A look ! -s 10.1.0.0/24 ! -d 10.1.0.0/24
-A look -s 10.1.0.2/255.255.0.255
-A look ! -i ra
-A look -i r+
-A look ! -i r+
-A look -i +
-A look ! -p icmp
-A look -p all
COMMIT
EOF
ip netns exec r iptables -A FORWARD ! -i ra ! -o ra
ip netns exec r iptables -A FORWARD -o r+ -m iprange --src-range 10.1.0.3-10.1.0.9
ip netns exec r iptables -A INPUT ! -i lo -m iprange ! --dst-range 10.1.0.1-10.1.0.1
ip netns exec r iptables -A OUTPUT ! -o lo -m iprange ! --dst-range 10.1.0.1-10.1.0.1
ip netns exec r iptables -t raw -A PREROUTING -m iprange --src-range 10.1.0.9-10.1.0.9 -j ACCEPT
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.1.0.3 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.1.0.9 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.1.0.9 10.1.0.1
ip netns exec r ping -c1 -W1 10.1.0.3
ip netns exec r ping -c1 -W1 10.2.0.1
ip netns exec b ping -c1 -W1 10.2.0.1
