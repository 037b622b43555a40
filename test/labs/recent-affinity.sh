# Session affinity as kube-proxy writes it: who was here before goes to the same endpoint again.
# Lesson: the check of an endpoint's list stands before the draw; the rule that remembers sits with the DNAT.
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
:KUBE-SVC-AFF - [0:0]
:KUBE-SEP-ONE - [0:0]
:KUBE-SEP-TWO - [0:0]
-A PREROUTING -d 10.96.0.80/32 -p udp -m udp --dport 80 -j KUBE-SVC-AFF
-A KUBE-SVC-AFF -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-ONE --mask 255.255.255.255 --rsource -j KUBE-SEP-ONE
-A KUBE-SVC-AFF -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-TWO --mask 255.255.255.255 --rsource -j KUBE-SEP-TWO
-A KUBE-SVC-AFF -m statistic --mode nth --every 2 --packet 1 -j KUBE-SEP-ONE
-A KUBE-SVC-AFF -j KUBE-SEP-TWO
-A KUBE-SEP-ONE -p udp -m recent --set --name KUBE-SEP-ONE --mask 255.255.255.255 --rsource -m udp -j DNAT --to-destination 10.244.0.11:8080
-A KUBE-SEP-TWO -p udp -m recent --set --name KUBE-SEP-TWO --mask 255.255.255.255 --rsource -m udp -j DNAT --to-destination 10.244.0.12:8080
COMMIT
EOF
# --- traffic ---
echo first | ip netns exec client nc -u -w1 -p 40001 10.96.0.80 80
echo second | ip netns exec client nc -u -w1 -p 40002 10.96.0.80 80
echo third | ip netns exec client nc -u -w1 -p 40003 10.96.0.80 80
