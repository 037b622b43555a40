# Two isolated ports and one that is not, on one bridge.
# Lesson: isolated ports cannot reach each other, not even by broadcast, but both reach the open port and the bridge itself.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n n link set lo up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip -n n link add br0 type bridge
ip -n n addr add 10.0.0.1/24 dev br0
ip -n n link set br0 up
ip link add eth0 netns a type veth peer name va netns n
ip -n n link set va master br0
ip -n n link set va up
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip link add eth0 netns b type veth peer name vb netns n
ip -n n link set vb master br0
ip -n n link set vb up
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n b link set eth0 up
ip link add eth0 netns c type veth peer name vc netns n
ip -n n link set vc master br0
ip -n n link set vc up
ip -n c addr add 10.0.0.4/24 dev eth0
ip -n c link set eth0 up
ip -n n link set va type bridge_slave isolated on
bridge -n n link set dev vb isolated on
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.4
ip netns exec a ping -c1 -W1 10.0.0.1
ip netns exec c ping -c1 -W1 10.0.0.3
ip netns exec a arping -c1 -w1 -I eth0 10.0.0.3
ip -n a neigh add 10.0.0.3 lladdr 02:00:00:00:00:33 dev eth0 nud permanent
ip netns exec a ping -c1 -W1 10.0.0.3
bridge -n n link set dev vb isolated off
ip netns exec b ping -c1 -W1 10.0.0.2
bridge -n n -d link show dev va
