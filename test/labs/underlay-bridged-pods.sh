# Pods that stand on the nodes' own segment, bridged by each node's uplink, beside an overlay.
# Lesson: such a pod is a host among hosts: no hop, no translation, its own ARP; the overlay's pods reach it by their node's address.
ip netns add n1
ip netns exec n1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n1 link set lo up
ip netns add n2
ip netns exec n2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n2 link set lo up
ip netns add p1
ip netns exec p1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n p1 link set lo up
ip netns add p2
ip netns exec p2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n p2 link set lo up
ip netns add o1
ip netns exec o1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n o1 link set lo up
ip netns add sw
ip netns exec sw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n sw link set lo up
ip -n sw link add seg type bridge
ip -n sw link set seg up
ip -n n1 link add br0 type bridge
ip -n n1 addr add 192.168.0.11/24 dev br0
ip -n n1 link set br0 up
ip -n n2 link add br0 type bridge
ip -n n2 addr add 192.168.0.12/24 dev br0
ip -n n2 link set br0 up
ip link add eth0 netns n1 type veth peer name s1 netns sw
ip link add eth0 netns n2 type veth peer name s2 netns sw
ip -n sw link set s1 master seg
ip -n sw link set s2 master seg
ip -n sw link set s1 up
ip -n sw link set s2 up
ip -n n1 link set eth0 master br0
ip -n n2 link set eth0 master br0
ip -n n1 link set eth0 up
ip -n n2 link set eth0 up
ip link add eth0 netns p1 type veth peer name v1 netns n1
ip -n n1 link set v1 master br0
ip -n n1 link set v1 up
ip -n p1 addr add 192.168.0.101/24 dev eth0
ip -n p1 link set eth0 up
ip -n p1 route add default via 192.168.0.11
ip link add eth0 netns p2 type veth peer name v2 netns n2
ip -n n2 link set v2 master br0
ip -n n2 link set v2 up
ip -n p2 addr add 192.168.0.102/24 dev eth0
ip -n p2 link set eth0 up
ip -n p2 route add default via 192.168.0.12
ip -n n1 link add cni0 type bridge
ip -n n1 addr add 10.244.1.1/24 dev cni0
ip -n n1 link set cni0 up
ip link add eth0 netns o1 type veth peer name w1 netns n1
ip -n n1 link set w1 master cni0
ip -n n1 link set w1 up
ip -n o1 addr add 10.244.1.2/24 dev eth0
ip -n o1 link set eth0 up
ip -n o1 route add default via 10.244.1.1
ip netns exec n1 iptables -t nat -A POSTROUTING -s 10.244.1.0/24 ! -o cni0 -j MASQUERADE
ip netns exec n1 sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec n2 sysctl -qw net.bridge.bridge-nf-call-iptables=0
sleep 1.5
# --- traffic ---
ip netns exec p1 ping -c1 -W1 192.168.0.102
ip netns exec p1 ping -c1 -W1 192.168.0.11
ip netns exec p1 ping -c1 -W1 192.168.0.12
ip netns exec o1 ping -c1 -W1 192.168.0.102
ip netns exec o1 ping -c1 -W1 192.168.0.101
ip netns exec p2 timeout 2 nc -l 80 &
sleep 0.2
echo hi | ip netns exec o1 timeout 0.7 nc -N -p 40001 192.168.0.102 80
wait
