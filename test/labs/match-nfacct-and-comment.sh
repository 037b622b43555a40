# Named counters that rules of all tables share.
# Lesson: nfacct counts what gets as far as itself in its rule, whatever the matches behind it say; a comment never decides.
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
ip netns exec r nfacct add all
ip netns exec r nfacct add udp
ip netns exec r nfacct add half
ip netns exec r iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -m nfacct --nfacct-name all
-A look -p udp -m nfacct --nfacct-name udp -m comment --comment "only udp"
-A look -m nfacct --nfacct-name half -m ttl --ttl-eq 63
-A look -m ttl --ttl-eq 63 -m comment --comment "behind the router" -m nfacct --nfacct-name half
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m nfacct --nfacct-name all
-A look -p udp -m nfacct --nfacct-name udp -m comment --comment "only udp"
-A look -m nfacct --nfacct-name half -m ttl --ttl-eq 63
-A look -m ttl --ttl-eq 63 -m comment --comment "behind the router" -m nfacct --nfacct-name half
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -m nfacct --nfacct-name all
-A look -p udp -m nfacct --nfacct-name udp -m comment --comment "only udp"
-A look -m nfacct --nfacct-name half -m ttl --ttl-eq 63
-A look -m ttl --ttl-eq 63 -m comment --comment "behind the router" -m nfacct --nfacct-name half
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m nfacct --nfacct-name all
-A look -p udp -m nfacct --nfacct-name udp -m comment --comment "only udp"
-A look -m nfacct --nfacct-name half -m ttl --ttl-eq 63
-A look -m ttl --ttl-eq 63 -m comment --comment "behind the router" -m nfacct --nfacct-name half
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -m nfacct --nfacct-name all
-A look -p udp -m nfacct --nfacct-name udp -m comment --comment "only udp"
-A look -m nfacct --nfacct-name half -m ttl --ttl-eq 63
-A look -m ttl --ttl-eq 63 -m comment --comment "behind the router" -m nfacct --nfacct-name half
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 53
ip netns exec r nfacct list
