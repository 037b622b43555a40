# An application crashes and comes back; then its pause container does, and the pod gets a new namespace with a new Ethernet address.
# Lesson: the application keeps address, neighbours and connections of its namespace; after a new sandbox the neighbours hold a stale Ethernet address.
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip netns add peer
ip netns exec peer sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n peer link set lo up
ip netns add pod
ip netns exec pod sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n pod link set lo up
ip -n node link add cni0 address 02:00:00:00:00:01 type bridge
ip -n node addr add 10.244.0.1/24 dev cni0
ip -n node link set cni0 up
ip link add eth0 netns peer type veth peer name vpeer netns node
ip -n node link set vpeer master cni0
ip -n node link set vpeer up
ip -n peer addr add 10.244.0.2/24 dev eth0
ip -n peer link set eth0 up
ip -n peer route add default via 10.244.0.1
ip link add eth0 netns pod type veth peer name vpod netns node
ip -n node link set vpod master cni0
ip -n node link set vpod up
ip -n pod addr add 10.244.0.3/24 dev eth0
ip -n pod link set eth0 up
ip -n pod route add default via 10.244.0.1
ip -n pod link set eth0 address 02:00:00:00:00:03
# --- traffic ---
ip netns exec pod timeout 0.5 nc -u -l 53 &
sleep 0.2
echo 1 | ip netns exec peer timeout 0.2 nc -u -p 40001 10.244.0.3 53
wait
echo 2 | ip netns exec peer timeout 0.2 nc -u -p 40001 10.244.0.3 53
ip netns exec pod timeout 0.7 nc -u -l 53 &
sleep 0.2
echo 3 | ip netns exec peer timeout 0.2 nc -u -p 40001 10.244.0.3 53
wait
ip -n pod link del eth0
ip link add eth0 netns pod address 02:00:00:00:00:99 type veth peer name vpod netns node
ip -n node link set vpod address 02:00:00:00:00:98
ip -n node link set vpod master cni0
ip -n node link set vpod up
ip -n pod addr add 10.244.0.3/24 dev eth0
ip -n pod link set eth0 up
ip -n pod route add default via 10.244.0.1
ip netns exec peer ping -c1 -W1 10.244.0.3
ip netns exec pod ping -c1 -W1 10.244.0.2
ip netns exec peer ping -c1 -W1 10.244.0.3
ip netns exec node ping -c1 -W1 10.244.0.3
