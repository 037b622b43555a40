# What the IP header says of itself: length and TTL, looked at in each of the five hooks.
# Lesson: length is that of the whole IP packet, or of the fragment; the TTL goes down between PREROUTING and FORWARD, and what is sent from here still has all of it.
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
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m length --length 28
-A look -m length --length 84
-A look -m length ! --length 84
-A look -m length --length 85:1500
-A look -m length --length 1500:
-A look -m length ! --length :83
-A look -m ttl --ttl-eq 64
-A look -m ttl ! --ttl-eq 64
-A look -m ttl --ttl-lt 64
-A look -m ttl --ttl-gt 63
-A look -m ttl --ttl-gt 64
-A look -m ttl --ttl-eq 1
-A look -m ttl --ttl-eq 255
COMMIT
EOF
ip netns exec r iptables-restore <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m length --length 29:83
-A look -m ttl --ttl-lt 3
-A look -m ttl ! --ttl-eq 63
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m length --length 29:83
-A look -m ttl --ttl-lt 3
-A look -m ttl ! --ttl-eq 63
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m length --length 29:83
-A look -m ttl --ttl-lt 3
-A look -m ttl ! --ttl-eq 63
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -s 0 10.2.0.2
ip netns exec a ping -c1 -W1 -s 1 -t 2 10.1.0.1
ip netns exec a ping -c1 -W1 -t 1 10.2.0.2
ip netns exec a ping -c1 -W1 -s 2000 10.2.0.2
ip netns exec r ping -c1 -W1 -s 1472 10.2.0.2
ip netns exec r ping -c1 -W1 -s 2000 10.1.0.2
ip netns exec a ping -c1 -W1 -s 1473 10.1.0.1
ip netns exec r ping -c1 -W1 -t 255 10.1.0.1
echo 1234567 | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
