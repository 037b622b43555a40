# A broadcast ping from a host, from the bridge itself, and to all ones.
# Lesson: the sender hears its own broadcast, and answers itself before the frame has left; neighbours answer behind their ARP.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0 net.ipv4.icmp_echo_ignore_broadcasts=0
ip -n n link set lo up
ip -n n link add br0 type bridge
ip -n n addr add 10.0.0.254/24 dev br0
ip -n n link set br0 up
for h in a b c; do
ip netns add $h
ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0 net.ipv4.icmp_echo_ignore_broadcasts=0
ip -n $h link set lo up
ip link add eth0 netns $h type veth peer name v$h netns n
ip -n $h link set eth0 up
ip -n n link set v$h master br0
ip -n n link set v$h up
done
ip -n a addr add 10.0.0.1/24 brd + dev eth0
ip -n b addr add 10.0.0.2/24 brd + dev eth0
ip -n c addr add 10.0.0.3/24 brd + dev eth0
# --- traffic ---
ip netns exec a ping -b -c1 -W1 10.0.0.255
ip netns exec n ping -b -c1 -W1 10.0.0.255
ip netns exec b ping -b -c2 -W1 255.255.255.255
ip netns exec c iptables -A INPUT -d 10.0.0.255 -j DROP
ip netns exec c ping -b -c1 -W1 10.0.0.255
ip netns exec b ping -b -c1 -W1 -I eth0 10.0.0.255 &
sleep 1.2
