# A bridge goes down and comes up again under two pods that know each other.
# Lesson: it forgets what it has learned at once, not when that is old; the pods' neighbours stay, and the first frame is flooded again.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n n link set lo up
ip -n n link add br0 type bridge
ip -n n addr add 10.0.0.254/24 dev br0
ip -n n link set br0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name va netns n
ip -n b link add eth0 address 02:00:00:00:00:0b type veth peer name vb netns n
ip -n c link add eth0 address 02:00:00:00:00:0c type veth peer name vc netns n
ip -n n link set va address 02:00:00:00:01:0a master br0
ip -n n link set vb address 02:00:00:00:01:0b master br0
ip -n n link set vc address 02:00:00:00:01:0c master br0
ip -n n link set va up
ip -n n link set vb up
ip -n n link set vc up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n c addr add 10.0.0.3/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n c link set eth0 up
# --- traffic ---
ip netns exec a ping -c1 -W0.3 10.0.0.2
ip -n n link set br0 down
bridge -n n fdb show br br0
ip netns exec a ping -c1 -W0.3 10.0.0.2
ip -n n link set br0 up
ip netns exec a ping -c1 -W0.3 10.0.0.2
ip -n n link set vb down
ip netns exec a ping -c1 -W0.3 10.0.0.2
ip -n n link set vb up
ip netns exec b ping -c1 -W0.3 10.0.0.3
ip netns exec n ping -c1 -W0.3 10.0.0.3
