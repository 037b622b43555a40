# A pod calls its own Service and the draw falls on itself, with br_netfilter off: DNAT back to the caller by way of routing.
# Lesson: the node sends the packet anew, so the bridge may use the port it came by; the masquerade mark lets the answer return.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip netns exec node sysctl -qw net.bridge.bridge-nf-call-iptables=0
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns node
ip -n node link set vweb master cni0
ip -n node link set vweb up
ip -n web addr add 10.244.0.20/24 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 10.244.0.1
ip netns exec node iptables-restore <<EOF
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-ECHO - [0:0]
:KUBE-SEP-ECHO1 - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A OUTPUT -j KUBE-SERVICES
-A POSTROUTING -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
-A KUBE-SERVICES -d 10.96.7.7/32 -p udp -m udp --dport 53 -j KUBE-SVC-ECHO
-A KUBE-SVC-ECHO ! -s 10.244.0.0/16 -d 10.96.7.7/32 -p udp -m udp --dport 53 -j KUBE-MARK-MASQ
-A KUBE-SVC-ECHO -j KUBE-SEP-ECHO1
-A KUBE-SEP-ECHO1 -s 10.244.0.20/32 -j KUBE-MARK-MASQ
-A KUBE-SEP-ECHO1 -p udp -m udp -j DNAT --to-destination 10.244.0.20:5353
COMMIT
EOF
# --- traffic ---
echo pong | ip netns exec web timeout 2 nc -u -l 5353 &
sleep 0.2
echo routed | ip netns exec web nc -u -w1 -p 40001 10.96.7.7 53
wait
