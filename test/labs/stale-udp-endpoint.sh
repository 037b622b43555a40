# The only endpoint of a UDP Service becomes another one. kube-proxy rewrites the Service's chains, then deletes the entries that lead astray.
# Lesson: rules are asked for the first packet of a flow alone. As long as the client sends, its entry leads to the endpoint that is gone, until somebody deletes it; an entry that nobody translated, from before the Service had an endpoint, leads nowhere in the same way.
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip -n node link add cni0 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip link add eth0 netns client type veth peer name eth0 netns node
ip -n client addr add 192.0.2.2/24 dev eth0
ip -n node addr add 192.0.2.1/24 dev eth0
ip -n client link set eth0 up
ip -n node link set eth0 up
ip netns add one
ip netns exec one sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n one link set lo up
ip link add eth0 netns one type veth peer name vone netns node
ip -n node link set vone master cni0
ip -n node link set vone up
ip -n one addr add 10.244.0.11/24 dev eth0
ip -n one link set eth0 up
ip -n one route add default via 10.244.0.1
ip netns add two
ip netns exec two sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n two link set lo up
ip link add eth0 netns two type veth peer name vtwo netns node
ip -n node link set vtwo master cni0
ip -n node link set vtwo up
ip -n two addr add 10.244.0.12/24 dev eth0
ip -n two link set eth0 up
ip -n two route add default via 10.244.0.1
ip -n client route add default via 192.0.2.1
ip netns exec node iptables-restore <<EOF
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-DNS - [0:0]
:KUBE-SEP-ONE - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m udp --dport 53 -j KUBE-SVC-DNS
-A KUBE-SVC-DNS -j KUBE-SEP-ONE
-A KUBE-SEP-ONE -p udp -m udp -j DNAT --to-destination 10.244.0.11:5353
COMMIT
EOF
ip -n node route add 10.96.0.0/16 via 10.244.0.12
# --- traffic ---
echo one | ip netns exec client nc -u -w1 -p 40001 10.96.0.10 53
echo early | ip netns exec client nc -u -w1 -p 40005 10.96.0.11 53
ip netns exec node iptables-restore --noflush --counters <<EOF
*nat
:KUBE-SERVICES - [0:0]
:KUBE-SVC-DNS - [0:0]
:KUBE-SEP-TWO - [0:0]
:KUBE-SEP-ONE - [0:0]
-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m udp --dport 53 -j KUBE-SVC-DNS
-A KUBE-SERVICES -d 10.96.0.11/32 -p udp -m udp --dport 53 -j KUBE-SVC-DNS
-A KUBE-SVC-DNS -j KUBE-SEP-TWO
-A KUBE-SEP-TWO -p udp -m udp -j DNAT --to-destination 10.244.0.12:5353
-X KUBE-SEP-ONE
COMMIT
EOF
echo still one | ip netns exec client nc -u -w1 -p 40001 10.96.0.10 53
echo new flow | ip netns exec client nc -u -w1 -p 40002 10.96.0.10 53
echo nowhere | ip netns exec client nc -u -w1 -p 40005 10.96.0.11 53
ip netns exec node conntrack -D -p udp --orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.244.0.11 --reply-port-src 5353
ip netns exec node conntrack -D -p udp --orig-dst 10.96.0.11 --orig-port-dst 53 --reply-src 10.96.0.11 --reply-port-src 53
ip netns exec node conntrack -D -p udp --orig-port-dst 30053 --reply-port-src 30053
echo now two | ip netns exec client nc -u -w1 -p 40001 10.96.0.10 53
echo now two | ip netns exec client nc -u -w1 -p 40005 10.96.0.11 53
