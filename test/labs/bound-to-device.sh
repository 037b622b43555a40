# Sockets that are bound to a device, and packets that never leave the host.
# Lesson: what a host sends to an address of its own goes by lo, but its sockets take it for received by the device that has the address. A client in the background sends while the next command runs.
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0 net.ipv4.icmp_echo_ignore_broadcasts=0
ip -n b link set lo up
ip link add eth0 netns b type veth peer name p
ip link set p up
ip -n b link set eth0 up
ip -n b addr add 10.0.0.2/24 brd + dev eth0
ip -n b link add eth1 type veth peer name e1
ip -n b link set eth1 up
ip -n b link set e1 up
ip -n b addr add 10.1.0.2/24 dev eth1
# --- traffic ---
ip netns exec b ping -c1 -W0.3 -I eth0 10.0.0.2
ip netns exec b ping -b -c1 -W0.3 -I eth0 10.0.0.255
ip netns exec b ping -b -c1 -W0.3 -I 10.0.0.2 10.0.0.255
ip netns exec b ping -c1 -W0.3 -I lo 10.0.0.2
ip netns exec b ping -c1 -W0.3 -I lo 127.0.0.1
ip netns exec b ping -c1 -W0.3 -I eth0 10.0.0.2 &
ip netns exec b ping -c1 -W0.3 -I eth1 10.1.0.2 &
sleep 0.5
ip netns exec b timeout 3 nc -l -p 98 >/dev/null &
sleep 0.1
echo hi | ip netns exec b timeout 0.5 nc -N -p 40001 10.0.0.2 98
