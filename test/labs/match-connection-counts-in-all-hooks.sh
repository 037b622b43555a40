# What a connection has carried, how many a host has, and how much a rule still lets by, in each of the five hooks.
# Lesson: before conntrack there is nothing to count, so connbytes never matches in raw, while connlimit looks into the packet itself; each rule has its own quota.
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
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode packets
-A look -m connbytes --connbytes 2: --connbytes-dir original --connbytes-mode packets
-A look -m connbytes ! --connbytes 0:100 --connbytes-dir reply --connbytes-mode bytes
-A look -m connbytes --connbytes 84:84 --connbytes-dir both --connbytes-mode avgpkt
-A look -m connlimit --connlimit-upto 1
-A look -m connlimit --connlimit-above 1
-A look -m connlimit --connlimit-above 1 --connlimit-mask 16 --connlimit-daddr
-A look -m connlimit --connlimit-above 0 --connlimit-mask 0
-A look -m quota --quota 200
-A look -m quota ! --quota 400
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode packets
-A look -m connbytes --connbytes 2: --connbytes-dir original --connbytes-mode packets
-A look -m connbytes ! --connbytes 0:100 --connbytes-dir reply --connbytes-mode bytes
-A look -m connbytes --connbytes 84:84 --connbytes-dir both --connbytes-mode avgpkt
-A look -m connlimit --connlimit-upto 1
-A look -m connlimit --connlimit-above 1
-A look -m connlimit --connlimit-above 1 --connlimit-mask 16 --connlimit-daddr
-A look -m connlimit --connlimit-above 0 --connlimit-mask 0
-A look -m quota --quota 200
-A look -m quota ! --quota 400
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode packets
-A look -m connbytes --connbytes 2: --connbytes-dir original --connbytes-mode packets
-A look -m connbytes ! --connbytes 0:100 --connbytes-dir reply --connbytes-mode bytes
-A look -m connbytes --connbytes 84:84 --connbytes-dir both --connbytes-mode avgpkt
-A look -m connlimit --connlimit-upto 1
-A look -m connlimit --connlimit-above 1
-A look -m connlimit --connlimit-above 1 --connlimit-mask 16 --connlimit-daddr
-A look -m connlimit --connlimit-above 0 --connlimit-mask 0
-A look -m quota --quota 200
-A look -m quota ! --quota 400
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode packets
-A look -m connbytes --connbytes 2: --connbytes-dir original --connbytes-mode packets
-A look -m connbytes ! --connbytes 0:100 --connbytes-dir reply --connbytes-mode bytes
-A look -m connbytes --connbytes 84:84 --connbytes-dir both --connbytes-mode avgpkt
-A look -m connlimit --connlimit-upto 1
-A look -m connlimit --connlimit-above 1
-A look -m connlimit --connlimit-above 1 --connlimit-mask 16 --connlimit-daddr
-A look -m connlimit --connlimit-above 0 --connlimit-mask 0
-A look -m quota --quota 200
-A look -m quota ! --quota 400
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode packets
-A look -m connbytes --connbytes 2: --connbytes-dir original --connbytes-mode packets
-A look -m connbytes ! --connbytes 0:100 --connbytes-dir reply --connbytes-mode bytes
-A look -m connbytes --connbytes 84:84 --connbytes-dir both --connbytes-mode avgpkt
-A look -m connlimit --connlimit-upto 1
-A look -m connlimit --connlimit-above 1
-A look -m connlimit --connlimit-above 1 --connlimit-mask 16 --connlimit-daddr
-A look -m connlimit --connlimit-above 0 --connlimit-mask 0
-A look -m quota --quota 200
-A look -m quota ! --quota 400
COMMIT
EOF
for chain in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do ip netns exec r iptables -t mangle -A $chain -m quota --quota 168; ip netns exec r iptables -t mangle -A $chain -m connlimit --connlimit-above 1 --connlimit-mask 24; ip netns exec r iptables -t mangle -A $chain -m connbytes --connbytes 3:4 --connbytes-dir both --connbytes-mode packets; done
# --- traffic ---
ip netns exec a ping -c2 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c2 -i 0.2 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 9
