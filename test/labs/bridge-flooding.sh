# What a bridge does with frames for an address that it has not learned, and for one that it has.
# Lesson: unknown goes to every port but the one it came by, the newest port first; a port with learning off teaches nothing; a static entry needs no learning.
ip netns add sw
ip netns exec sw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n sw link set lo up
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip link add eth0 netns a type veth peer name va netns sw
ip -n sw link set va master br0
ip -n sw link set va up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a link set eth0 up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns b type veth peer name vb netns sw
ip -n sw link set vb master br0
ip -n sw link set vb up
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n b link set eth0 up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip link add eth0 netns c type veth peer name vc netns sw
ip -n sw link set vc master br0
ip -n sw link set vc up
ip -n c addr add 10.0.0.3/24 dev eth0
ip -n c link set eth0 up
ip -n b link set eth0 address 02:00:00:00:00:0b
ip -n a neigh add 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0 nud permanent
bridge -n sw link set dev vb learning off
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
bridge -n sw fdb add 02:00:00:00:00:0b dev vb master static
ip netns exec a ping -c1 -W1 10.0.0.2
bridge -n sw fdb del 02:00:00:00:00:0b dev vb master
bridge -n sw link set dev vb learning on
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
