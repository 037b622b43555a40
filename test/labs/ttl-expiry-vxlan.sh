# A TTL that runs out inside a VXLAN tunnel: at the node of departure and at the node of arrival.
# Lesson: the tunnel counts no hop and has a TTL of its own; the far node answers as flannel.1, back through the tunnel.
ip netns add p1
ip netns exec p1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n p1 link set lo up
ip netns add p2
ip netns exec p2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n p2 link set lo up
ip netns add n1
ip netns exec n1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n1 link set lo up
ip netns add n2
ip netns exec n2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n2 link set lo up
ip link add eth0 netns n1 type veth peer name eth0 netns n2
ip -n n1 addr add 192.168.0.11/24 dev eth0
ip -n n2 addr add 192.168.0.12/24 dev eth0
ip -n n1 link set eth0 up
ip -n n2 link set eth0 up
ip -n n1 link add cni0 type bridge
ip -n n1 addr add 10.244.1.1/24 dev cni0
ip -n n1 link set cni0 up
ip -n n2 link add cni0 type bridge
ip -n n2 addr add 10.244.2.1/24 dev cni0
ip -n n2 link set cni0 up
ip link add eth0 netns p1 type veth peer name v1 netns n1
ip -n n1 link set v1 master cni0
ip -n n1 link set v1 up
ip -n p1 addr add 10.244.1.2/24 dev eth0
ip -n p1 link set eth0 up
ip -n p1 route add default via 10.244.1.1
ip link add eth0 netns p2 type veth peer name v2 netns n2
ip -n n2 link set v2 master cni0
ip -n n2 link set v2 up
ip -n p2 addr add 10.244.2.2/24 dev eth0
ip -n p2 link set eth0 up
ip -n p2 route add default via 10.244.2.1
ip -n n1 link add flannel.1 address 02:00:00:00:f1:01 type vxlan id 1 local 192.168.0.11 dev eth0 dstport 8472 nolearning
ip -n n2 link add flannel.1 address 02:00:00:00:f1:02 type vxlan id 1 local 192.168.0.12 dev eth0 dstport 8472 nolearning
ip -n n1 addr add 10.244.1.0/32 dev flannel.1
ip -n n2 addr add 10.244.2.0/32 dev flannel.1
ip -n n1 link set flannel.1 up
ip -n n2 link set flannel.1 up
ip -n n1 route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink
ip -n n2 route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
ip -n n1 neigh add 10.244.2.0 lladdr 02:00:00:00:f1:02 dev flannel.1 nud permanent
ip -n n2 neigh add 10.244.1.0 lladdr 02:00:00:00:f1:01 dev flannel.1 nud permanent
bridge -n n1 fdb append 02:00:00:00:f1:02 dev flannel.1 dst 192.168.0.12 self permanent
bridge -n n2 fdb append 02:00:00:00:f1:01 dev flannel.1 dst 192.168.0.11 self permanent
# --- traffic ---
ip netns exec p1 ping -c1 -W1 -t 1 10.244.2.2
ip netns exec p1 ping -c1 -W1 -t 2 10.244.2.2
ip netns exec p1 ping -c1 -W1 -t 3 10.244.2.2
ip netns exec p1 traceroute -n -q1 -w1 10.244.2.2
