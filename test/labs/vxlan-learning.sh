# A VXLAN device that learns: one default destination for what it does not know, as before flannel wrote entries itself.
# Lesson: broadcast goes to the all-zero entry; the answer teaches address and remote, and an entry with another VNI's port hears nothing.
ip netns add node1
ip netns exec node1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n node1 link set lo up
ip netns add node2
ip netns exec node2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n node2 link set lo up
ip link add eth0 netns node1 type veth peer name eth0 netns node2
ip -n node1 addr add 192.168.50.11/24 dev eth0
ip -n node2 addr add 192.168.50.12/24 dev eth0
ip -n node1 link set eth0 up
ip -n node2 link set eth0 up
ip -n node1 link add vx0 type vxlan id 42 local 192.168.50.11 remote 192.168.50.12 dev eth0 dstport 4789
ip -n node2 link add vx0 type vxlan id 42 local 192.168.50.12 dev eth0 dstport 4789
ip -n node1 addr add 10.42.0.1/24 dev vx0
ip -n node2 addr add 10.42.0.2/24 dev vx0
ip -n node1 link set vx0 up
ip -n node2 link set vx0 up
# --- traffic ---
ip netns exec node1 ping -c1 -W1 10.42.0.2
ip netns exec node2 ping -c1 -W1 10.42.0.1
