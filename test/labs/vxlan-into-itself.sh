# The packets of a tunnel are translated to an address behind that same tunnel.
# Lesson: they are wrapped again and again, until the kernel counts three tunnels in each other and throws the fourth away.
ip netns add n1
ip netns exec n1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n1 link set lo up
ip netns add n2
ip netns exec n2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n n2 link set lo up
ip link add eth0 netns n1 type veth peer name eth0 netns n2
ip -n n1 addr add 192.168.7.1/24 dev eth0
ip -n n2 addr add 192.168.7.2/24 dev eth0
ip -n n1 link set eth0 up
ip -n n2 link set eth0 up
ip -n n1 link add flannel.1 type vxlan id 1 local 192.168.7.1 dev eth0 dstport 8472 nolearning
ip -n n2 link add flannel.1 type vxlan id 1 local 192.168.7.2 dev eth0 dstport 8472 nolearning
ip -n n1 link set flannel.1 address 0e:00:00:00:00:01 up
ip -n n2 link set flannel.1 address 0e:00:00:00:00:02 up
ip -n n1 addr add 10.244.1.0/32 dev flannel.1
ip -n n2 addr add 10.244.2.0/32 dev flannel.1
ip -n n1 neigh add 10.244.2.0 lladdr 0e:00:00:00:00:02 dev flannel.1 nud permanent
ip -n n2 neigh add 10.244.1.0 lladdr 0e:00:00:00:00:01 dev flannel.1 nud permanent
bridge -n n1 fdb append 0e:00:00:00:00:02 dev flannel.1 dst 192.168.7.2 self permanent
bridge -n n2 fdb append 0e:00:00:00:00:01 dev flannel.1 dst 192.168.7.1 self permanent
ip -n n1 route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink
ip -n n2 route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
ip netns exec n1 iptables -t nat -A OUTPUT -p udp --dport 8472 -m comment --comment "the packets of the tunnel" -j DNAT --to-destination 10.244.2.9
# --- traffic ---
ip netns exec n1 ping -c1 -W0.3 10.244.2.0
ip netns exec n2 ping -c1 -W0.3 10.244.1.0
ip netns exec n1 iptables -t nat -F
ip netns exec n1 ping -c1 -W0.3 10.244.2.0
