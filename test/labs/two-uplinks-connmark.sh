# A gateway with two uplinks remembers with the connection by which of them it came.
# Lesson: the mark is set by the first packet and restored for each answer, so that routing by mark sends it back where the question came from.
ip netns add gw
ip netns exec gw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n gw link set lo up
ip netns add i1
ip netns exec i1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n i1 link set lo up
ip netns add i2
ip netns exec i2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n i2 link set lo up
ip netns add lan
ip netns exec lan sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n lan link set lo up
ip link add eth0 netns i1 type veth peer name up1 netns gw
ip -n i1 addr add 203.0.113.1/24 dev eth0
ip -n gw addr add 203.0.113.2/24 dev up1
ip -n i1 link set eth0 up
ip -n gw link set up1 up
ip link add eth0 netns i2 type veth peer name up2 netns gw
ip -n i2 addr add 198.51.100.1/24 dev eth0
ip -n gw addr add 198.51.100.2/24 dev up2
ip -n i2 link set eth0 up
ip -n gw link set up2 up
ip link add eth0 netns lan type veth peer name lan0 netns gw
ip -n lan addr add 192.168.7.2/24 dev eth0
ip -n gw addr add 192.168.7.1/24 dev lan0
ip -n lan link set eth0 up
ip -n gw link set lan0 up
ip -n lan route add default via 192.168.7.1
ip -n gw route add default via 203.0.113.1
ip -n gw route add default via 198.51.100.1 table 102
ip -n gw rule add fwmark 2 table 102 pref 100
ip -n i1 route add 8.8.8.0/24 dev lo
ip -n i1 addr add 8.8.8.8/32 dev lo
ip -n i2 addr add 8.8.8.8/32 dev lo
ip netns exec gw iptables -t mangle -A PREROUTING -j CONNMARK --restore-mark
ip netns exec gw iptables -t mangle -A PREROUTING -i up2 -m mark --mark 0 -j MARK --set-mark 2
ip netns exec gw iptables -t mangle -A PREROUTING -i lan0 -p tcp --dport 443 -m mark --mark 0 -j MARK --set-mark 2
ip netns exec gw iptables -t mangle -A PREROUTING -j CONNMARK --save-mark
ip netns exec gw iptables -t mangle -A OUTPUT -j CONNMARK --restore-mark
ip netns exec gw iptables -t nat -A POSTROUTING -o up+ -j MASQUERADE
ip netns exec gw iptables -t nat -A PREROUTING -i up+ -p tcp --dport 2222 -j DNAT --to 192.168.7.2:22
# --- traffic ---
ip netns exec i2 ping -c1 -W1 -I 8.8.8.8 198.51.100.2
ip netns exec i1 ping -c1 -W1 -I 8.8.8.8 203.0.113.2
ip netns exec lan ping -c1 -W1 8.8.8.8
ip netns exec i2 timeout 2 nc -l 443 &
ip netns exec lan timeout 3 nc -k -l 22 &
sleep 0.2
echo hi | ip netns exec lan timeout 0.7 nc -N -p 40001 8.8.8.8 443
echo hi | ip netns exec i2 timeout 0.7 nc -N -s 8.8.8.8 -p 40002 198.51.100.2 2222
echo hi | ip netns exec i1 timeout 0.7 nc -N -s 8.8.8.8 -p 40003 203.0.113.2 2222
ip netns exec gw ping -c1 -W1 -m 2 8.8.8.8
ip netns exec gw ip route get 8.8.8.8 mark 2
wait
