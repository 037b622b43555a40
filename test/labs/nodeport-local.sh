# externalTrafficPolicy Local: the node with the endpoint keeps the caller's address, the one without drops.
# Lesson: the drop is a rule in filter on a packet that nat left alone; a caller without an answer times out.
ip netns add outside
ip netns exec outside sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n outside link set lo up
ip netns add node1
ip netns exec node1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node1 link set lo up
ip netns add node2
ip netns exec node2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node2 link set lo up
ip link add eth1 netns outside type veth peer name ext0 netns node1
ip -n outside addr add 203.0.113.9/24 dev eth1
ip -n node1 addr add 203.0.113.1/24 dev ext0
ip -n outside link set eth1 up
ip -n node1 link set ext0 up
ip link add eth2 netns outside type veth peer name ext0 netns node2
ip -n outside addr add 198.51.100.9/24 dev eth2
ip -n node2 addr add 198.51.100.1/24 dev ext0
ip -n outside link set eth2 up
ip -n node2 link set ext0 up
ip -n node2 link add cni0 type bridge
ip -n node2 addr add 10.244.2.1/24 dev cni0
ip -n node2 link set cni0 up
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns node2
ip -n node2 link set vweb master cni0
ip -n node2 link set vweb up
ip -n web addr add 10.244.2.7/24 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 10.244.2.1
ip netns exec node1 iptables-restore <<EOF
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/web has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30080 -j DROP
COMMIT
EOF
ip netns exec node2 iptables-restore <<EOF
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-EXT-WEB - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-SEP-WEB1 - [0:0]
:KUBE-SVC-WEB - [0:0]
:KUBE-SVL-WEB - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-EXT-WEB -s 10.244.0.0/16 -m comment --comment "pod traffic for shop/web external destinations" -j KUBE-SVC-WEB
-A KUBE-EXT-WEB -m comment --comment "masquerade LOCAL traffic for shop/web external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-EXT-WEB -m comment --comment "route LOCAL traffic for shop/web external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-WEB
-A KUBE-EXT-WEB -j KUBE-SVL-WEB
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web" -m tcp --dport 30080 -j KUBE-EXT-WEB
-A KUBE-SEP-WEB1 -s 10.244.2.7/32 -j KUBE-MARK-MASQ
-A KUBE-SEP-WEB1 -p tcp -m tcp -j DNAT --to-destination 10.244.2.7:8080
-A KUBE-SVC-WEB -j KUBE-SEP-WEB1
-A KUBE-SVL-WEB -m comment --comment "shop/web -> 10.244.2.7:8080" -j KUBE-SEP-WEB1
COMMIT
EOF
# --- traffic ---
ip netns exec outside timeout 0.7 nc -z -w1 -p 40001 203.0.113.1 30080
ip netns exec web timeout 2 nc -l 8080 &
sleep 0.2
echo order | ip netns exec outside timeout 0.7 nc -N -w1 -p 40002 198.51.100.1 30080
wait
