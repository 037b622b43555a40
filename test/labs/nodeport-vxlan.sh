# A NodePort asked from outside at the node without the endpoint, over flannel's vxlan.
# Lesson: MASQUERADE takes the address of the device by which the packet leaves: flannel.1's, so the answer finds the way back.
ip netns add outside
ip netns exec outside sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n outside link set lo up
ip netns add node1
ip netns exec node1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node1 link set lo up
ip netns add node2
ip netns exec node2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node2 link set lo up
ip link add eth0 netns outside type veth peer name ext0 netns node1
ip -n outside addr add 203.0.113.9/24 dev eth0
ip -n node1 addr add 203.0.113.1/24 dev ext0
ip -n outside link set eth0 up
ip -n node1 link set ext0 up
ip link add eth0 netns node1 type veth peer name eth0 netns node2
ip -n node1 addr add 192.168.50.11/24 dev eth0
ip -n node2 addr add 192.168.50.12/24 dev eth0
ip -n node1 link set eth0 up
ip -n node2 link set eth0 up
ip -n node2 link add cni0 type bridge
ip -n node2 addr add 10.244.2.1/24 dev cni0
ip -n node2 link set cni0 up
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns node2
ip -n node2 link set vweb master cni0
ip -n node2 link set vweb up
ip -n web addr add 10.244.2.2/24 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 10.244.2.1
ip -n node1 link add flannel.1 address 0e:00:00:00:00:01 mtu 1450 type vxlan id 1 local 192.168.50.11 dev eth0 dstport 8472 nolearning
ip -n node1 addr add 10.244.1.0/32 dev flannel.1
ip -n node1 link set flannel.1 up
ip -n node2 link add flannel.1 address 0e:00:00:00:00:02 mtu 1450 type vxlan id 1 local 192.168.50.12 dev eth0 dstport 8472 nolearning
ip -n node2 addr add 10.244.2.0/32 dev flannel.1
ip -n node2 link set flannel.1 up
ip -n node1 neigh add 10.244.2.0 lladdr 0e:00:00:00:00:02 dev flannel.1 nud permanent
bridge -n node1 fdb append 0e:00:00:00:00:02 dev flannel.1 dst 192.168.50.12 self permanent
ip -n node1 route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink
ip -n node2 neigh add 10.244.1.0 lladdr 0e:00:00:00:00:01 dev flannel.1 nud permanent
bridge -n node2 fdb append 0e:00:00:00:00:01 dev flannel.1 dst 192.168.50.11 self permanent
ip -n node2 route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
ip netns exec node1 iptables-restore <<EOF
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A POSTROUTING -j KUBE-POSTROUTING
-A KUBE-NODEPORTS -p udp -m udp --dport 30053 -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p udp -m udp --dport 30053 -j DNAT --to-destination 10.244.2.2:53
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -j MASQUERADE
COMMIT
EOF
# --- traffic ---
echo answer | ip netns exec web timeout 1.5 nc -u -l 53 &
sleep 0.2
echo query | ip netns exec outside nc -u -w1 -p 40001 203.0.113.1 30053
wait
echo nobody | ip netns exec outside nc -u -w1 -p 40002 203.0.113.1 30053
