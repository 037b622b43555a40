# Rules that only tell: LOG, NFLOG, TRACE and CLASSIFY wherever they may stand.
# Lesson: none of them decides or changes anything; the next rule sees the same packet.
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
-A look -j LOG
-A look -j LOG --log-prefix "seen: " --log-level 7 --log-tcp-options --log-ip-options --log-uid --log-macdecode --log-tcp-sequence
-A look -j NFLOG
-A look -j NFLOG --nflog-group 3 --nflog-prefix "a b" --nflog-size 30 --nflog-threshold 4
-A look -j TRACE
-A look -m ttl --ttl-gt 0
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -j LOG
-A look -j LOG --log-prefix "seen: " --log-level 7 --log-tcp-options --log-ip-options --log-uid --log-macdecode --log-tcp-sequence
-A look -j NFLOG
-A look -j NFLOG --nflog-group 3 --nflog-prefix "a b" --nflog-size 30 --nflog-threshold 4
-A look -j TRACE
-A look -m ttl --ttl-gt 0
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -j LOG
-A look -j LOG --log-prefix "seen: " --log-level 7 --log-tcp-options --log-ip-options --log-uid --log-macdecode --log-tcp-sequence
-A look -j NFLOG
-A look -j NFLOG --nflog-group 3 --nflog-prefix "a b" --nflog-size 30 --nflog-threshold 4
-A look -j TRACE
-A look -m ttl --ttl-gt 0
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -j LOG
-A look -j LOG --log-prefix "seen: " --log-level 7 --log-tcp-options --log-ip-options --log-uid --log-macdecode --log-tcp-sequence
-A look -j NFLOG
-A look -j NFLOG --nflog-group 3 --nflog-prefix "a b" --nflog-size 30 --nflog-threshold 4
-A look -j TRACE
-A look -m ttl --ttl-gt 0
COMMIT
*security
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -j LOG
-A look -j LOG --log-prefix "seen: " --log-level 7 --log-tcp-options --log-ip-options --log-uid --log-macdecode --log-tcp-sequence
-A look -j NFLOG
-A look -j NFLOG --nflog-group 3 --nflog-prefix "a b" --nflog-size 30 --nflog-threshold 4
-A look -j TRACE
-A look -m ttl --ttl-gt 0
COMMIT
EOF
ip netns exec r iptables-restore --noflush <<EOF
*raw
:class - [0:0]
-A OUTPUT -j class
-A class -j CLASSIFY --set-class 1:10
-A class -p icmp -j CLASSIFY --set-class ffff:0
COMMIT
*mangle
:class - [0:0]
-A FORWARD -j class
-A OUTPUT -j class
-A POSTROUTING -j class
-A class -j CLASSIFY --set-class 1:10
-A class -p icmp -j CLASSIFY --set-class ffff:0
COMMIT
*nat
:class - [0:0]
-A OUTPUT -j class
-A POSTROUTING -j class
-A class -j CLASSIFY --set-class 1:10
-A class -p icmp -j CLASSIFY --set-class ffff:0
COMMIT
*filter
:class - [0:0]
-A FORWARD -j class
-A OUTPUT -j class
-A class -j CLASSIFY --set-class 1:10
-A class -p icmp -j CLASSIFY --set-class ffff:0
COMMIT
*security
:class - [0:0]
-A FORWARD -j class
-A OUTPUT -j class
-A class -j CLASSIFY --set-class 1:10
-A class -p icmp -j CLASSIFY --set-class ffff:0
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
timeout 0.7 ip netns exec a nc -p 40002 10.2.0.2 81
ip netns exec a ping -c1 -W1 -s 2000 10.2.0.2
