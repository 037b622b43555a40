# A Service without endpoints, asked by all of its addresses, from everywhere.
# Lesson: a rule refuses each of them with port unreachable: the client need not wait for a time-out.
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
ip -n node-1 link add name cni0 type bridge
ip -n node-1 link set cni0 mtu 1450
ip -n node-1 link add name flannel.1 type vxlan id 1 local 192.168.0.11 dev eth0 dstport 8472 nolearning
ip -n node-1 link set flannel.1 address 46:49:07:15:aa:3c mtu 1450
ip link add name vethc46641d1 netns node-1 type veth peer name eth0 netns default.client
ip -n default.client link set eth0 address fe:15:0f:28:e1:f0 mtu 1450
ip -n node-1 link set vethc46641d1 address a6:1b:a1:ba:1d:82 mtu 1450
ip -n node-2 link add name cni0 type bridge
ip -n node-2 link set cni0 mtu 1450
ip -n node-2 link add name flannel.1 type vxlan id 1 local 192.168.0.12 dev eth0 dstport 8472 nolearning
ip -n node-2 link set flannel.1 address 8e:33:28:d7:56:f5 mtu 1450
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
ip -n node-1 link set vethc46641d1 master cni0
ip -n node-1 link set vethc46641d1 type bridge_slave hairpin on
ip -n node-1 addr add 192.168.0.11/24 broadcast 192.168.0.255 dev eth0
ip -n node-1 addr add 10.244.0.1/24 broadcast 10.244.0.255 dev cni0
ip -n node-1 addr add 10.244.0.0/32 dev flannel.1
ip -n node-1 link set lo up
ip -n node-1 link set eth0 up
ip -n node-1 link set cni0 up
ip -n node-1 link set flannel.1 up
ip -n node-1 link set vethc46641d1 up
ip -n node-1 route add default via 192.168.0.1 dev eth0
ip -n node-1 route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
ip -n node-1 neigh add 10.244.1.0 lladdr 8e:33:28:d7:56:f5 dev flannel.1 nud permanent
bridge -n node-1 fdb append 8e:33:28:d7:56:f5 dev flannel.1 dst 192.168.0.12 self permanent
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
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -j KUBE-FIREWALL
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
:FLANNEL-POSTRTG - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SEP-KOXFDPWUWFKCQ3TZ - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.0.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -s 192.168.0.11/32 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 192.168.0.11:6443
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default/kubernetes:https -> 192.168.0.11:6443" -j KUBE-SEP-KOXFDPWUWFKCQ3TZ
COMMIT
EOF
ip netns exec node-2 sysctl -qw net.ipv4.ip_forward=1
ip netns exec node-2 sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec node-2 sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=86400
ip netns exec node-2 sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
ip netns exec node-2 sysctl -qw net.ipv4.conf.all.route_localnet=1
ip -n node-2 addr add 192.168.0.12/24 broadcast 192.168.0.255 dev eth0
ip -n node-2 addr add 10.244.1.1/24 broadcast 10.244.1.255 dev cni0
ip -n node-2 addr add 10.244.1.0/32 dev flannel.1
ip -n node-2 link set lo up
ip -n node-2 link set eth0 up
ip -n node-2 link set cni0 up
ip -n node-2 link set flannel.1 up
ip -n node-2 route add default via 192.168.0.1 dev eth0
ip -n node-2 route add 10.244.0.0/24 via 10.244.0.0 dev flannel.1 onlink
ip -n node-2 neigh add 10.244.0.0 lladdr 46:49:07:15:aa:3c dev flannel.1 nud permanent
bridge -n node-2 fdb append 46:49:07:15:aa:3c dev flannel.1 dst 192.168.0.11 self permanent
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
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -j KUBE-FIREWALL
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
:FLANNEL-POSTRTG - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SEP-KOXFDPWUWFKCQ3TZ - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -s 192.168.0.11/32 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ
-A KUBE-SEP-KOXFDPWUWFKCQ3TZ -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 192.168.0.11:6443
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default/kubernetes:https -> 192.168.0.11:6443" -j KUBE-SEP-KOXFDPWUWFKCQ3TZ
COMMIT
EOF
ip netns exec default.client sysctl -qw net.ipv4.ip_forward=1
ip -n default.client addr add 10.244.0.10/24 broadcast 10.244.0.255 dev eth0
ip -n default.client link set lo up
ip -n default.client link set eth0 up
ip -n default.client route add default via 10.244.0.1 dev eth0
ip -n default.client route add 10.244.0.0/16 via 10.244.0.1 dev eth0
# --- traffic ---
ip netns exec default.client timeout 60 nc -k -l 8080 &
ip netns exec node-1 timeout 60 nc -k -l 6443 &
ip netns exec node-1 timeout 60 nc -k -l 9100 &
ip netns exec node-2 timeout 60 nc -k -l 9100 &
ip netns exec external timeout 60 nc -k -l 443 &
ip netns exec external timeout 60 nc -k -l 3306 &
sleep 0.5
# node to a Service without endpoints
ip netns exec node-1 timeout 0.7 nc -z -p 40001 10.96.0.40 80
# pod to the node port of a Service without endpoints
ip netns exec default.client timeout 0.7 nc -z -p 40002 192.168.0.11 30040
# pod to the load balancer address of a Service without endpoints
ip netns exec default.client timeout 0.7 nc -z -p 40003 203.0.113.40 80
# outside to the node port of a Service without endpoints
ip netns exec external timeout 0.7 nc -z -p 40004 192.168.0.11 30040
# outside to the load balancer address of a Service without endpoints
ip netns exec external timeout 0.7 nc -z -p 40005 203.0.113.40 80
