# A pod asks the same port from the same port twice, and pings twice; the node counts flows of the tunnel.
# Lesson: a UDP socket with a peer draws a hash of its own, so each run is another outer flow; pings of one pair of addresses are one.
ip netns add node1
ip netns exec node1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node1 link set lo up
ip netns add node2
ip netns exec node2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node2 link set lo up
ip link add eth0 netns node1 type veth peer name eth0 netns node2
ip -n node1 addr add 192.168.50.11/24 dev eth0
ip -n node2 addr add 192.168.50.12/24 dev eth0
ip -n node1 link set eth0 up
ip -n node2 link set eth0 up
ip -n node1 link add cni0 type bridge
ip -n node1 addr add 10.244.1.1/24 dev cni0
ip -n node1 link set cni0 up
ip -n node2 link add cni0 type bridge
ip -n node2 addr add 10.244.2.1/24 dev cni0
ip -n node2 link set cni0 up
ip netns add client
ip netns exec client sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n client link set lo up
ip link add eth0 netns client type veth peer name vclient netns node1
ip -n node1 link set vclient master cni0
ip -n node1 link set vclient up
ip -n client addr add 10.244.1.2/24 dev eth0
ip -n client link set eth0 up
ip -n client route add default via 10.244.1.1
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
ip -n node1 route add default via 192.168.50.12
ip netns exec node1 iptables -A OUTPUT -m conntrack --ctstate NEW
# --- traffic ---
ip netns exec web timeout 9 nc -k -u -l 80 &
sleep 0.2
echo one | ip netns exec client timeout 0.3 nc -u -p 42001 10.244.2.2 80
echo two | ip netns exec client timeout 0.3 nc -u -p 42001 10.244.2.2 80
ip netns exec client ping -c1 -W1 10.244.2.2
ip netns exec client ping -c1 -W1 10.244.2.2
