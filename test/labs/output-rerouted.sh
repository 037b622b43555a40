# A host's own packets are marked or translated in OUTPUT, and that changes the way they must go.
# Lesson: the way is asked for anew, to another device or to the host itself; the source address chosen before stays, unless it is translated.
ip netns add h
ip netns exec h sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n h link set lo up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add e1 netns h type veth peer name eth0 netns a
ip -n h addr add 10.1.0.1/24 dev e1
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n h link set e1 up
ip -n a link set eth0 up
ip link add e2 netns h type veth peer name eth0 netns b
ip -n h addr add 10.2.0.1/24 dev e2
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n h link set e2 up
ip -n b link set eth0 up
ip -n h route add default via 10.1.0.2
ip -n h route add default via 10.2.0.2 table 100
ip -n h rule add fwmark 1 lookup 100
ip -n a addr add 8.8.8.8/32 dev lo
ip -n b addr add 8.8.8.8/32 dev lo
ip -n a route add 10.2.0.0/24 via 10.1.0.1
ip -n b route add 10.1.0.0/24 via 10.2.0.1
ip netns exec h iptables -t mangle -A OUTPUT -p icmp -d 8.8.8.8 -j MARK --set-mark 1
ip netns exec h iptables -t nat -A OUTPUT -p udp -d 8.8.8.8 --dport 53 -j DNAT --to-destination 10.2.0.2
ip netns exec h iptables -t nat -A OUTPUT -p udp -d 8.8.8.8 --dport 54 -j DNAT --to-destination 127.0.0.1:5454
ip netns exec h iptables -t nat -A OUTPUT -p tcp -d 8.8.4.4 --dport 80 -j DNAT --to-destination 10.2.0.2:80
ip netns exec h iptables -A OUTPUT -o e2
ip netns exec h iptables -A OUTPUT -o e1
ip netns exec h iptables -t mangle -A POSTROUTING -o e2
# --- traffic ---
ip netns exec h ping -c1 -W1 8.8.8.8
ip netns exec h ping -c1 -W1 -I 10.1.0.1 8.8.8.8
echo q | ip netns exec h timeout 0.3 nc -u -p 40001 8.8.8.8 53
ip netns exec h timeout 1 nc -u -l 5454 &
sleep 0.2
echo q | ip netns exec h timeout 0.3 nc -u -p 40002 8.8.8.8 54
ip netns exec b timeout 2 nc -l 80 &
sleep 0.2
echo q | ip netns exec h timeout 0.7 nc -N -p 40003 8.8.4.4 80
ip netns exec h iptables -t nat -A POSTROUTING -o e2 -j MASQUERADE
ip netns exec h ping -c1 -W1 8.8.8.8
echo q | ip netns exec h timeout 0.3 nc -u -p 40004 8.8.8.8 53
wait
