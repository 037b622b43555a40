# A Service that nobody serves: what a pod, the node and an outside caller get from kube-proxy's reject rules.
# Lesson: each hears port unreachable in its own way; the rule sits in filter and looks at new connections only.
ip netns add outside
ip netns exec outside sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n outside link set lo up
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip link add eth0 netns outside type veth peer name eth0 netns node
ip -n outside addr add 192.0.2.2/24 dev eth0
ip -n node addr add 192.0.2.1/24 dev eth0
ip -n outside link set eth0 up
ip -n node link set eth0 up
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip link add eth0 netns client type veth peer name vclient netns node
ip -n node link set vclient master cni0
ip -n node link set vclient up
ip -n client addr add 10.244.0.10/24 dev eth0
ip -n client link set eth0 up
ip -n client route add default via 10.244.0.1
ip -n outside route add default via 192.0.2.1
ip -n node route add default via 192.0.2.2
ip netns exec node iptables-restore <<EOF
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-SERVICES - [0:0]
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/empty has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30081 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-SERVICES -d 10.96.0.81/32 -p tcp -m comment --comment "shop/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
COMMIT
EOF
# --- traffic ---
ip netns exec client timeout 0.7 nc -z -w1 -p 40001 10.96.0.81 80
ip netns exec node timeout 0.7 nc -z -w1 -p 40002 10.96.0.81 80
ip netns exec outside timeout 0.7 nc -z -w1 -p 40003 192.0.2.1 30081
ip netns exec outside timeout 0.7 nc -z -w1 -p 40004 10.96.0.81 80
ip netns exec client ping -c1 -W1 10.96.0.81
