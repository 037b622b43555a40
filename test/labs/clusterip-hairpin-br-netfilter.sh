# A pod calls its own Service with br_netfilter on: the frame is translated while it is bridged.
# Lesson: without hairpin mode on its port the frame is lost in the bridge; with it the answer arrives, and no TTL was taken.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip netns exec node sysctl -qw net.bridge.bridge-nf-call-iptables=1
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
-A KUBE-POSTROUTING -j MASQUERADE
-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-ECHO
-A KUBE-SVC-ECHO -j KUBE-SEP-ECHO1
-A KUBE-SEP-ECHO1 -s 10.244.0.20/32 -j KUBE-MARK-MASQ
-A KUBE-SEP-ECHO1 -p tcp -m tcp -j DNAT --to-destination 10.244.0.20:8080
COMMIT
EOF
# --- traffic ---
ip netns exec web timeout 0.7 nc -z -w1 -p 40001 10.96.7.7 80
bridge -n node link set dev vweb hairpin on
ip netns exec web timeout 2 nc -l 8080 &
sleep 0.2
echo me | ip netns exec web timeout 0.7 nc -N -w1 -p 40002 10.96.7.7 80
wait
