# A tunnel is told an MTU that the underlying device does not allow.
# Lesson: creating it cuts the MTU down in silence, changing it later is refused.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 mtu 1400 up
ip -n b link set eth0 mtu 1400 up
ip -n a link add vx0 address 0e:00:00:00:00:01 mtu 1450 type vxlan id 1 local 10.0.0.1 remote 10.0.0.2 dev eth0 dstport 4789
ip -n a addr add 10.1.0.1/24 dev vx0
ip -n a link set vx0 up
ip -n b link add vx0 address 0e:00:00:00:00:02 mtu 1450 type vxlan id 1 local 10.0.0.2 remote 10.0.0.1 dev eth0 dstport 4789
ip -n b addr add 10.1.0.2/24 dev vx0
ip -n b link set vx0 up
# --- traffic ---
ip netns exec b timeout 9 nc -k -l 80 &
sleep 0.2
echo ask | ip netns exec a timeout 0.7 nc -N -p 40001 10.1.0.2 80
ip -n a link set vx0 mtu 1351
ip -n a link set vx0 mtu 1300
echo ask | ip netns exec a timeout 0.7 nc -N -p 40002 10.1.0.2 80
