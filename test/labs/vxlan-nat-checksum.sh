# A node translates its own tunnel packets: one to itself, one to a pod. What is inside came from programs, whose checksums are left to the device.
# Lesson: NAT makes the checksum of a tunnel packet wrong while one inside is still to be done; who gets it by lo or a bridge drops it silently. noudpcsum helps.
for n in n1 n2 p; do
  ip netns add $n
  ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.icmp_ratelimit=0
  ip -n $n link set lo up
done
ip netns exec n1 sysctl -qw net.ipv4.ip_forward=1
ip link add eth0 netns n1 type veth peer name eth0 netns n2
ip -n n1 addr add 192.168.7.1/24 dev eth0
ip -n n1 link set eth0 up
ip -n n2 addr add 192.168.7.2/24 dev eth0
ip -n n2 link set eth0 up
ip -n n1 link add cni0 address 02:00:00:00:00:01 type bridge
ip -n n1 addr add 10.244.1.1/24 dev cni0
ip -n n1 link set cni0 up
ip link add vp address 02:00:00:00:01:11 netns n1 type veth peer name eth0 address 02:00:00:00:00:11 netns p
ip -n n1 link set vp master cni0
ip -n n1 link set vp up
ip -n p addr add 10.244.1.11/24 dev eth0
ip -n p link set eth0 up
ip -n p route add default via 10.244.1.1
ip -n n1 link add flannel.1 address 0e:00:00:00:00:01 mtu 1450 type vxlan id 1 local 192.168.7.1 dev eth0 dstport 8472 nolearning
ip -n n1 addr add 10.244.1.0/32 dev flannel.1
ip -n n1 link set flannel.1 up
ip -n n1 neigh add 10.244.2.0 lladdr 0e:00:00:00:00:02 dev flannel.1 nud permanent
bridge -n n1 fdb append 0e:00:00:00:00:02 dev flannel.1 dst 192.168.7.2 self permanent
ip -n n1 route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink
ip netns exec n1 iptables -A INPUT -p udp -j ACCEPT
# --- traffic ---
ip netns exec n1 iptables -t nat -A OUTPUT -p udp --dport 8472 -j REDIRECT --to-ports 80
echo ask | ip netns exec p nc -u -w1 -p 42001 10.244.2.11 53
ip netns exec p ping -c1 -W0.3 10.244.2.12
ip netns exec n1 iptables -t nat -F
ip netns exec n1 conntrack -F
ip netns exec n1 iptables -t nat -A OUTPUT -p udp --dport 8472 -j DNAT --to-destination 10.244.1.11:81
echo ask | ip netns exec p nc -u -w1 -p 42002 10.244.2.11 53
ip netns exec p ping -c1 -W0.3 10.244.2.13
ip -n n1 link del flannel.1
ip -n n1 link add flannel.2 address 0e:00:00:00:00:01 mtu 1450 type vxlan id 2 local 192.168.7.1 dev eth0 dstport 8472 nolearning noudpcsum
ip -n n1 addr add 10.244.1.0/32 dev flannel.2
ip -n n1 link set flannel.2 up
ip -n n1 neigh add 10.244.3.0 lladdr 0e:00:00:00:00:03 dev flannel.2 nud permanent
bridge -n n1 fdb append 0e:00:00:00:00:03 dev flannel.2 dst 192.168.7.2 self permanent
ip -n n1 route add 10.244.3.0/24 via 10.244.3.0 dev flannel.2 onlink
echo ask | ip netns exec p nc -u -w1 -p 42003 10.244.3.11 53
