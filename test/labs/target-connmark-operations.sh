# The connection's mark saved and restored in each of the five hooks.
# Lesson: save and restore need a connection, so they do nothing in raw; with two masks only some bits cross over.
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
ip netns exec r iptables -t raw -A PREROUTING -j CONNMARK --set-mark 0x99
ip netns exec r iptables -t raw -A OUTPUT -j CONNMARK --restore-mark
ip netns exec r iptables -t mangle -A PREROUTING -j CONNMARK --restore-mark
ip netns exec r iptables -t mangle -A PREROUTING -m mark --mark 0 -j MARK --set-mark 0x12
ip netns exec r iptables -t mangle -A INPUT -j CONNMARK --save-mark --nfmask 0xf --ctmask 0xff
ip netns exec r iptables -t mangle -A FORWARD -j CONNMARK --save-mark --mask 0xf0
ip netns exec r iptables -t mangle -A OUTPUT -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf
ip netns exec r iptables -t mangle -A POSTROUTING -j CONNMARK --xor-mark 0x100
ip netns exec r iptables -t mangle -A POSTROUTING -o ra -j CONNMARK --restore-mark --mask 0xf0f
for chain in PREROUTING INPUT OUTPUT POSTROUTING; do ip netns exec r iptables -t nat -A $chain -j CONNMARK --or-mark 0x1000; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t filter -A $chain -j CONNMARK --set-xmark 0x20000/0xf0000; ip netns exec r iptables -t filter -A $chain -m connmark --mark 0x20000/0xf0000; done
for chain in INPUT FORWARD OUTPUT; do ip netns exec r iptables -t security -A $chain -j CONNMARK --and-mark 0xfff0ffff; done
# --- traffic ---
ip netns exec a ping -c2 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c2 -i 0.2 -W1 10.1.0.1
ip netns exec r ping -c2 -i 0.2 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
ip netns exec r conntrack -L -p udp
