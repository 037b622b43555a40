# Who was seen in which hook, and how long ago.
# Lesson: a list belongs to the namespace and not to a rule: what one hook writes, all can read; --rttl wants the same TTL again, and routing lowers it.
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
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -m recent --name $chain --rcheck; ip netns exec r iptables -t mangle -A $chain -m recent --name all --update --rttl; ip netns exec r iptables -t mangle -A $chain -m recent --name $chain --set; ip netns exec r iptables -t mangle -A $chain -m recent --name all --set --rdest; ip netns exec r iptables -t mangle -A $chain -m recent --name $chain --rcheck --seconds 1 --hitcount 2; ip netns exec r iptables -t mangle -A $chain -m recent --name $chain --rcheck --seconds 5 --hitcount 2; ip netns exec r iptables -t mangle -A $chain -m recent ! --rcheck --name none; ip netns exec r iptables -t mangle -A $chain -m recent ! --set --name never; done
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m recent --name nets --set --mask 255.255.0.0
-A look -m recent --name nets --update --rdest --mask 255.255.0.0
-A look -m recent --name nets --remove --rdest --mask 255.255.0.0
-A look -m recent --name nets --rcheck --mask 255.255.0.0
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m recent --name nets --set --mask 255.255.0.0
-A look -m recent --name nets --update --rdest --mask 255.255.0.0
-A look -m recent --name nets --remove --rdest --mask 255.255.0.0
-A look -m recent --name nets --rcheck --mask 255.255.0.0
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m recent --name nets --set --mask 255.255.0.0
-A look -m recent --name nets --update --rdest --mask 255.255.0.0
-A look -m recent --name nets --remove --rdest --mask 255.255.0.0
-A look -m recent --name nets --rcheck --mask 255.255.0.0
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m recent --name nets --set --mask 255.255.0.0
-A look -m recent --name nets --update --rdest --mask 255.255.0.0
-A look -m recent --name nets --remove --rdest --mask 255.255.0.0
-A look -m recent --name nets --rcheck --mask 255.255.0.0
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c2 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c2 -i 0.2 -W1 10.2.0.2
sleep 2
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec r ping -c1 -W1 10.1.0.1
