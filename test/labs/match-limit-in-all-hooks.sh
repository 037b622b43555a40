# At most so many a minute, in each of the five hooks.
# Lesson: a rule has one bucket: what hooks share a chain share its allowance; a rule that is put anew begins with a full one.
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
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m limit --limit 1/hour --limit-burst 2
-A look -m limit --limit 1/day --limit-burst 1
-A look -p icmp -m limit --limit 30/min --limit-burst 1
-A look -m limit --limit 1000/sec --limit-burst 10
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m limit --limit 1/hour --limit-burst 2
-A look -m limit --limit 1/day --limit-burst 1
-A look -p icmp -m limit --limit 30/min --limit-burst 1
-A look -m limit --limit 1000/sec --limit-burst 10
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m limit --limit 1/hour --limit-burst 2
-A look -m limit --limit 1/day --limit-burst 1
-A look -p icmp -m limit --limit 30/min --limit-burst 1
-A look -m limit --limit 1000/sec --limit-burst 10
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m limit --limit 1/hour --limit-burst 2
-A look -m limit --limit 1/day --limit-burst 1
-A look -p icmp -m limit --limit 30/min --limit-burst 1
-A look -m limit --limit 1000/sec --limit-burst 10
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m limit --limit 1/hour --limit-burst 2
-A look -m limit --limit 1/day --limit-burst 1
-A look -p icmp -m limit --limit 30/min --limit-burst 1
-A look -m limit --limit 1000/sec --limit-burst 10
COMMIT
EOF
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -m limit --limit 1/hour --limit-burst 3; ip netns exec r iptables -t mangle -A $chain -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name $chain; ip netns exec r iptables -t mangle -A $chain -m hashlimit --hashlimit-above 2/min --hashlimit-burst 1 --hashlimit-mode srcip,dstip,srcport,dstport --hashlimit-name above$chain; ip netns exec r iptables -t mangle -A $chain -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 3 --hashlimit-name all$chain; done
for table in raw filter security; do ip netns exec r iptables -t $table -A OUTPUT -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstip --hashlimit-dstmask 24 --hashlimit-name net$table; done
ip netns exec r iptables -t nat -A OUTPUT -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name port
# --- traffic ---
ip netns exec a ping -c4 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c2 -i 0.2 -W1 10.1.0.1
ip netns exec r ping -c4 -i 0.2 -W1 10.2.0.2
ip netns exec r iptables -t mangle -R look 1 -m limit --limit 1/hour --limit-burst 2
ip netns exec r iptables -t mangle -R POSTROUTING 2 -m limit --limit 1/hour --limit-burst 1
ip netns exec a ping -c2 -i 0.2 -W1 10.2.0.2
