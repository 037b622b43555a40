# A cluster of two nodes with flannel's host-gw backend, pods on docker0: the main flows.
# Lesson: with host-gw a node keeps its address towards remote pods, but MASQUERADE --random-fully draws another port.
ip netns add underlay
ip netns exec underlay sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add external
ip netns exec external sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add node-1
ip netns exec node-1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add node-2
ip netns exec node-2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add default.client
ip netns exec default.client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add default.near
ip netns exec default.near sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add default.self
ip netns exec default.self sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add default.far
ip netns exec default.far sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip -n underlay link add name switch0 type bridge
ip -n underlay link set switch0 address 6e:40:b4:43:10:6e mtu 1500
ip link add name wan0 netns underlay type veth peer name eth0 netns external
ip -n external link set eth0 address 0e:b6:4d:4c:e1:82 mtu 1500
ip -n underlay link set wan0 address aa:9d:12:86:95:9a mtu 1500
ip link add name node-1 netns underlay type veth peer name eth0 netns node-1
ip -n node-1 link set eth0 address ce:61:f0:04:29:02 mtu 1500
ip -n underlay link set node-1 address ee:d6:ba:32:4f:bc mtu 1500
ip link add name node-2 netns underlay type veth peer name eth0 netns node-2
ip -n node-2 link set eth0 address 1e:6b:b8:c7:64:e8 mtu 1500
ip -n underlay link set node-2 address 76:5d:c5:09:42:b0 mtu 1500
ip -n node-1 link add name docker0 type bridge
ip -n node-1 link set docker0 mtu 1500
ip link add name vethc46641d1 netns node-1 type veth peer name eth0 netns default.client
ip -n default.client link set eth0 address fe:15:0f:28:e1:f0 mtu 1500
ip -n node-1 link set vethc46641d1 address a6:1b:a1:ba:1d:82 mtu 1500
ip link add name veth4609dab1 netns node-1 type veth peer name eth0 netns default.near
ip -n default.near link set eth0 address 2e:81:5f:d9:0f:43 mtu 1500
ip -n node-1 link set veth4609dab1 address ba:04:33:0c:d9:f3 mtu 1500
ip link add name veth87fdc7e9 netns node-1 type veth peer name eth0 netns default.self
ip -n default.self link set eth0 address 16:ba:29:a3:5c:47 mtu 1500
ip -n node-1 link set veth87fdc7e9 address de:62:3e:1f:14:1b mtu 1500
ip -n node-2 link add name docker0 type bridge
ip -n node-2 link set docker0 mtu 1500
ip link add name veth22ee50ad netns node-2 type veth peer name eth0 netns default.far
ip -n default.far link set eth0 address 96:17:ee:bd:d1:85 mtu 1500
ip -n node-2 link set veth22ee50ad address 9a:21:69:b6:0b:2e mtu 1500
ip netns exec underlay sysctl -qw net.ipv4.ip_forward=1
ip netns exec underlay sysctl -qw net.bridge.bridge-nf-call-iptables=0
ip -n underlay link set node-1 master switch0
ip -n underlay link set node-2 master switch0
ip -n underlay addr add 192.168.0.1/24 dev switch0
ip -n underlay addr add 198.51.100.1/24 dev wan0
ip -n underlay link set lo up
ip -n underlay link set switch0 up
ip -n underlay link set wan0 up
ip -n underlay link set node-1 up
ip -n underlay link set node-2 up
ip -n underlay route add unreachable 10.96.0.0/12
ip -n underlay route add unreachable 10.244.0.0/16
ip -n underlay route add default via 198.51.100.10 dev wan0
ip -n underlay route add 203.0.113.40 via 192.168.0.11 dev switch0
ip -n external addr add 198.51.100.10/24 dev eth0
ip -n external link set lo up
ip -n external link set eth0 up
ip -n external route add default via 198.51.100.1 dev eth0
ip netns exec node-1 sysctl -qw net.ipv4.ip_forward=1
ip netns exec node-1 sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec node-1 sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=86400
ip netns exec node-1 sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
ip netns exec node-1 sysctl -qw net.ipv4.conf.all.route_localnet=1
ip -n node-1 link set vethc46641d1 master docker0
ip -n node-1 link set vethc46641d1 type bridge_slave hairpin on
ip -n node-1 link set veth4609dab1 master docker0
ip -n node-1 link set veth4609dab1 type bridge_slave hairpin on
ip -n node-1 link set veth87fdc7e9 master docker0
ip -n node-1 link set veth87fdc7e9 type bridge_slave hairpin on
ip -n node-1 addr add 192.168.0.11/24 broadcast 192.168.0.255 dev eth0
ip -n node-1 addr add 10.244.0.1/24 broadcast 10.244.0.255 dev docker0
ip -n node-1 link set lo up
ip -n node-1 link set eth0 up
ip -n node-1 link set docker0 up
ip -n node-1 link set vethc46641d1 up
ip -n node-1 link set veth4609dab1 up
ip -n node-1 link set veth87fdc7e9 up
ip -n node-1 route add default via 192.168.0.1 dev eth0
ip -n node-1 route add 10.244.1.0/24 via 192.168.0.12 dev eth0
ip netns exec node-1 iptables-restore <<'EOF'
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-IPTABLES-HINT - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-PROXY-CANARY - [0:0]
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-BRIDGE - [0:0]
:DOCKER-CT - [0:0]
:DOCKER-FORWARD - [0:0]
:DOCKER-INTERNAL - [0:0]
:DOCKER-USER - [0:0]
:FLANNEL-FWD - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FIREWALL - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
:KUBE-SERVICES - [0:0]
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A INPUT -j KUBE-FIREWALL
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -j KUBE-FIREWALL
-A DOCKER ! -i docker0 -o docker0 -j ACCEPT
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-INTERNAL
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A KUBE-EXTERNAL-SERVICES -d 203.0.113.40/32 -p tcp -m comment --comment "default/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/empty has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30040 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/local has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30061 -j DROP
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A KUBE-SERVICES -d 10.96.0.40/32 -p tcp -m comment --comment "default/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:FLANNEL-POSTRTG - [0:0]
:KUBE-EXT-NEXWZWH5PGMW4KIO - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SEP-7ELANQNSBLSTPOMM - [0:0]
:KUBE-SEP-I2BK6NG3S6QXQL4X - [0:0]
:KUBE-SEP-KOXFDPWUWFKCQ3TZ - [0:0]
:KUBE-SEP-N6QNC67LTJDGHBPK - [0:0]
:KUBE-SEP-NSJZGP5ZOZECA3UN - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-5WJY6GQFUAJECSDD - [0:0]
:KUBE-SVC-I55P7MSL3WB3WNBE - [0:0]
:KUBE-SVC-JP74GBMZCWWFJUWR - [0:0]
:KUBE-SVC-NEXWZWH5PGMW4KIO - [0:0]
:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.0.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A KUBE-EXT-NEXWZWH5PGMW4KIO -s 10.244.0.0/16 -m comment --comment "pod traffic for default/local external destinations" -j KUBE-SVC-NEXWZWH5PGMW4KIO
-A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment "masquerade LOCAL traffic for default/local external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment "route LOCAL traffic for default/local external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-NEXWZWH5PGMW4KIO
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p tcp -m comment --comment "default/local" -m tcp --dport 30061 -j KUBE-EXT-NEXWZWH5PGMW4KIO
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SEP-7ELANQNSBLSTPOMM -s 10.244.1.20/32 -m comment --comment "default/far" -j KUBE-MARK-MASQ
-A KUBE-SEP-7ELANQNSBLSTPOMM -p tcp -m comment --comment "default/far" -m tcp -j DNAT --to-destination 10.244.1.20:8080
-A KUBE-SEP-I2BK6NG3S6QXQL4X -s 10.244.1.20/32 -m comment --comment "default/local" -j KUBE-MARK-MASQ
-A KUBE-SEP-I2BK6NG3S6QXQL4X -p tcp -m comment --comment "default/local" -m tcp -j DNAT --to-destination 10.244.1.20:8080
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -s 192.168.0.11/32 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 192.168.0.11:6443
-A KUBE-SEP-N6QNC67LTJDGHBPK -s 10.244.0.20/32 -m comment --comment "default/near" -j KUBE-MARK-MASQ
-A KUBE-SEP-N6QNC67LTJDGHBPK -p tcp -m comment --comment "default/near" -m tcp -j DNAT --to-destination 10.244.0.20:8080
-A KUBE-SEP-NSJZGP5ZOZECA3UN -s 10.244.0.30/32 -m comment --comment "default/self" -j KUBE-MARK-MASQ
-A KUBE-SEP-NSJZGP5ZOZECA3UN -p tcp -m comment --comment "default/self" -m tcp -j DNAT --to-destination 10.244.0.30:8080
-A KUBE-SERVICES -d 10.96.0.21/32 -p tcp -m comment --comment "default/far cluster IP" -m tcp --dport 80 -j KUBE-SVC-I55P7MSL3WB3WNBE
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
-A KUBE-SERVICES -d 10.96.0.61/32 -p tcp -m comment --comment "default/local cluster IP" -m tcp --dport 80 -j KUBE-SVC-NEXWZWH5PGMW4KIO
-A KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment "default/near cluster IP" -m tcp --dport 80 -j KUBE-SVC-JP74GBMZCWWFJUWR
-A KUBE-SERVICES -d 10.96.0.30/32 -p tcp -m comment --comment "default/self cluster IP" -m tcp --dport 80 -j KUBE-SVC-5WJY6GQFUAJECSDD
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-5WJY6GQFUAJECSDD ! -s 10.244.0.0/16 -d 10.96.0.30/32 -p tcp -m comment --comment "default/self cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-5WJY6GQFUAJECSDD -m comment --comment "default/self -> 10.244.0.30:8080" -j KUBE-SEP-NSJZGP5ZOZECA3UN
-A KUBE-SVC-I55P7MSL3WB3WNBE ! -s 10.244.0.0/16 -d 10.96.0.21/32 -p tcp -m comment --comment "default/far cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-I55P7MSL3WB3WNBE -m comment --comment "default/far -> 10.244.1.20:8080" -j KUBE-SEP-7ELANQNSBLSTPOMM
-A KUBE-SVC-JP74GBMZCWWFJUWR ! -s 10.244.0.0/16 -d 10.96.0.20/32 -p tcp -m comment --comment "default/near cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-JP74GBMZCWWFJUWR -m comment --comment "default/near -> 10.244.0.20:8080" -j KUBE-SEP-N6QNC67LTJDGHBPK
-A KUBE-SVC-NEXWZWH5PGMW4KIO ! -s 10.244.0.0/16 -d 10.96.0.61/32 -p tcp -m comment --comment "default/local cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-NEXWZWH5PGMW4KIO -m comment --comment "default/local -> 10.244.1.20:8080" -j KUBE-SEP-I2BK6NG3S6QXQL4X
-A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default/kubernetes:https -> 192.168.0.11:6443" -j KUBE-SEP-KOXFDPWUWFKCQ3TZ
COMMIT
EOF
ip netns exec node-2 sysctl -qw net.ipv4.ip_forward=1
ip netns exec node-2 sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec node-2 sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=86400
ip netns exec node-2 sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
ip netns exec node-2 sysctl -qw net.ipv4.conf.all.route_localnet=1
ip -n node-2 link set veth22ee50ad master docker0
ip -n node-2 link set veth22ee50ad type bridge_slave hairpin on
ip -n node-2 addr add 192.168.0.12/24 broadcast 192.168.0.255 dev eth0
ip -n node-2 addr add 10.244.1.1/24 broadcast 10.244.1.255 dev docker0
ip -n node-2 link set lo up
ip -n node-2 link set eth0 up
ip -n node-2 link set docker0 up
ip -n node-2 link set veth22ee50ad up
ip -n node-2 route add default via 192.168.0.1 dev eth0
ip -n node-2 route add 10.244.0.0/24 via 192.168.0.11 dev eth0
ip netns exec node-2 iptables-restore <<'EOF'
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-IPTABLES-HINT - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-PROXY-CANARY - [0:0]
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-BRIDGE - [0:0]
:DOCKER-CT - [0:0]
:DOCKER-FORWARD - [0:0]
:DOCKER-INTERNAL - [0:0]
:DOCKER-USER - [0:0]
:FLANNEL-FWD - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FIREWALL - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
:KUBE-SERVICES - [0:0]
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A INPUT -j KUBE-FIREWALL
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -j KUBE-FIREWALL
-A DOCKER ! -i docker0 -o docker0 -j ACCEPT
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-INTERNAL
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A KUBE-EXTERNAL-SERVICES -d 203.0.113.40/32 -p tcp -m comment --comment "default/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/empty has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30040 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A KUBE-SERVICES -d 10.96.0.40/32 -p tcp -m comment --comment "default/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:FLANNEL-POSTRTG - [0:0]
:KUBE-EXT-NEXWZWH5PGMW4KIO - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SEP-7ELANQNSBLSTPOMM - [0:0]
:KUBE-SEP-I2BK6NG3S6QXQL4X - [0:0]
:KUBE-SEP-KOXFDPWUWFKCQ3TZ - [0:0]
:KUBE-SEP-N6QNC67LTJDGHBPK - [0:0]
:KUBE-SEP-NSJZGP5ZOZECA3UN - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-5WJY6GQFUAJECSDD - [0:0]
:KUBE-SVC-I55P7MSL3WB3WNBE - [0:0]
:KUBE-SVC-JP74GBMZCWWFJUWR - [0:0]
:KUBE-SVC-NEXWZWH5PGMW4KIO - [0:0]
:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
:KUBE-SVL-NEXWZWH5PGMW4KIO - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A KUBE-EXT-NEXWZWH5PGMW4KIO -s 10.244.0.0/16 -m comment --comment "pod traffic for default/local external destinations" -j KUBE-SVC-NEXWZWH5PGMW4KIO
-A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment "masquerade LOCAL traffic for default/local external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment "route LOCAL traffic for default/local external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-NEXWZWH5PGMW4KIO
-A KUBE-EXT-NEXWZWH5PGMW4KIO -j KUBE-SVL-NEXWZWH5PGMW4KIO
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p tcp -m comment --comment "default/local" -m tcp --dport 30061 -j KUBE-EXT-NEXWZWH5PGMW4KIO
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SEP-7ELANQNSBLSTPOMM -s 10.244.1.20/32 -m comment --comment "default/far" -j KUBE-MARK-MASQ
-A KUBE-SEP-7ELANQNSBLSTPOMM -p tcp -m comment --comment "default/far" -m tcp -j DNAT --to-destination 10.244.1.20:8080
-A KUBE-SEP-I2BK6NG3S6QXQL4X -s 10.244.1.20/32 -m comment --comment "default/local" -j KUBE-MARK-MASQ
-A KUBE-SEP-I2BK6NG3S6QXQL4X -p tcp -m comment --comment "default/local" -m tcp -j DNAT --to-destination 10.244.1.20:8080
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -s 192.168.0.11/32 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 192.168.0.11:6443
-A KUBE-SEP-N6QNC67LTJDGHBPK -s 10.244.0.20/32 -m comment --comment "default/near" -j KUBE-MARK-MASQ
-A KUBE-SEP-N6QNC67LTJDGHBPK -p tcp -m comment --comment "default/near" -m tcp -j DNAT --to-destination 10.244.0.20:8080
-A KUBE-SEP-NSJZGP5ZOZECA3UN -s 10.244.0.30/32 -m comment --comment "default/self" -j KUBE-MARK-MASQ
-A KUBE-SEP-NSJZGP5ZOZECA3UN -p tcp -m comment --comment "default/self" -m tcp -j DNAT --to-destination 10.244.0.30:8080
-A KUBE-SERVICES -d 10.96.0.21/32 -p tcp -m comment --comment "default/far cluster IP" -m tcp --dport 80 -j KUBE-SVC-I55P7MSL3WB3WNBE
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
-A KUBE-SERVICES -d 10.96.0.61/32 -p tcp -m comment --comment "default/local cluster IP" -m tcp --dport 80 -j KUBE-SVC-NEXWZWH5PGMW4KIO
-A KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment "default/near cluster IP" -m tcp --dport 80 -j KUBE-SVC-JP74GBMZCWWFJUWR
-A KUBE-SERVICES -d 10.96.0.30/32 -p tcp -m comment --comment "default/self cluster IP" -m tcp --dport 80 -j KUBE-SVC-5WJY6GQFUAJECSDD
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-5WJY6GQFUAJECSDD ! -s 10.244.0.0/16 -d 10.96.0.30/32 -p tcp -m comment --comment "default/self cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-5WJY6GQFUAJECSDD -m comment --comment "default/self -> 10.244.0.30:8080" -j KUBE-SEP-NSJZGP5ZOZECA3UN
-A KUBE-SVC-I55P7MSL3WB3WNBE ! -s 10.244.0.0/16 -d 10.96.0.21/32 -p tcp -m comment --comment "default/far cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-I55P7MSL3WB3WNBE -m comment --comment "default/far -> 10.244.1.20:8080" -j KUBE-SEP-7ELANQNSBLSTPOMM
-A KUBE-SVC-JP74GBMZCWWFJUWR ! -s 10.244.0.0/16 -d 10.96.0.20/32 -p tcp -m comment --comment "default/near cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-JP74GBMZCWWFJUWR -m comment --comment "default/near -> 10.244.0.20:8080" -j KUBE-SEP-N6QNC67LTJDGHBPK
-A KUBE-SVC-NEXWZWH5PGMW4KIO ! -s 10.244.0.0/16 -d 10.96.0.61/32 -p tcp -m comment --comment "default/local cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-NEXWZWH5PGMW4KIO -m comment --comment "default/local -> 10.244.1.20:8080" -j KUBE-SEP-I2BK6NG3S6QXQL4X
-A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default/kubernetes:https -> 192.168.0.11:6443" -j KUBE-SEP-KOXFDPWUWFKCQ3TZ
-A KUBE-SVL-NEXWZWH5PGMW4KIO -m comment --comment "default/local -> 10.244.1.20:8080" -j KUBE-SEP-I2BK6NG3S6QXQL4X
COMMIT
EOF
ip netns exec default.client sysctl -qw net.ipv4.ip_forward=1
ip -n default.client addr add 10.244.0.10/24 broadcast 10.244.0.255 dev eth0
ip -n default.client link set lo up
ip -n default.client link set eth0 up
ip -n default.client route add default via 10.244.0.1 dev eth0
ip netns exec default.near sysctl -qw net.ipv4.ip_forward=1
ip -n default.near addr add 10.244.0.20/24 broadcast 10.244.0.255 dev eth0
ip -n default.near link set lo up
ip -n default.near link set eth0 up
ip -n default.near route add default via 10.244.0.1 dev eth0
ip netns exec default.self sysctl -qw net.ipv4.ip_forward=1
ip -n default.self addr add 10.244.0.30/24 broadcast 10.244.0.255 dev eth0
ip -n default.self link set lo up
ip -n default.self link set eth0 up
ip -n default.self route add default via 10.244.0.1 dev eth0
ip netns exec default.far sysctl -qw net.ipv4.ip_forward=1
ip -n default.far addr add 10.244.1.20/24 broadcast 10.244.1.255 dev eth0
ip -n default.far link set lo up
ip -n default.far link set eth0 up
ip -n default.far route add default via 10.244.1.1 dev eth0
# --- traffic ---
ip netns exec default.client timeout 60 nc -k -l 8080 &
ip netns exec default.near timeout 60 nc -k -l 8080 &
ip netns exec default.self timeout 60 nc -k -l 8080 &
ip netns exec default.far timeout 60 nc -k -l 8080 &
ip netns exec node-1 timeout 60 nc -k -l 6443 &
ip netns exec node-1 timeout 60 nc -k -l 9100 &
ip netns exec node-2 timeout 60 nc -k -l 9100 &
ip netns exec external timeout 60 nc -k -l 443 &
ip netns exec external timeout 60 nc -k -l 3306 &
sleep 0.5
# pod to pod on one node, a ping
ip netns exec default.client ping -c1 -W1 10.244.0.20
# pod to pod across nodes, a ping
ip netns exec default.client ping -c1 -W1 10.244.1.20
# node to a pod of another node
echo ask | ip netns exec node-1 timeout 0.7 nc -N -w1 -p 40003 10.244.1.20 8080
# pod to another node, a ping
ip netns exec default.client ping -c1 -W1 192.168.0.12
# pod to Service, endpoint on the same node
echo ask | ip netns exec default.client timeout 0.7 nc -N -w1 -p 40005 10.96.0.20 80
# pod to Service, endpoint on another node
echo ask | ip netns exec default.client timeout 0.7 nc -N -w1 -p 40006 10.96.0.21 80
# pod to Service, the endpoint is the pod itself
echo ask | ip netns exec default.self timeout 0.7 nc -N -w1 -p 40007 10.96.0.30 80
# pod to a Service without endpoints
echo ask | ip netns exec default.client timeout 0.7 nc -N -w1 -p 40008 10.96.0.40 80
# NodePort, policy Local, to the node of the endpoint
echo ask | ip netns exec external timeout 0.7 nc -N -w1 -p 40009 192.168.0.12 30061
# pod to an outside host, a ping
ip netns exec default.client ping -c1 -W1 198.51.100.10
