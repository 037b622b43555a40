# Fragments between two ports of a bridge with different MTUs, seen by iptables and so put together on the way.
# Lesson: br_netfilter cuts them as they came, or as the bridge's MTU has it; what the port does not take then is lost without a word.
ip netns add h
ip netns exec h sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip -n h link add name br0 type bridge
ip -n h link set br0 mtu 1450 up
ip netns add pa
ip netns exec pa sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip link add name veth-pa netns h type veth peer name eth0 netns pa
ip -n h link set veth-pa mtu 1450
ip -n h link set veth-pa master br0
ip -n h link set veth-pa up
ip -n pa addr add 10.0.0.1/24 dev eth0
ip -n pa link set eth0 mtu 1450
ip -n pa link set eth0 up
ip netns add pb
ip netns exec pb sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip link add name veth-pb netns h type veth peer name eth0 netns pb
ip -n h link set veth-pb mtu 1400
ip -n h link set veth-pb master br0
ip -n h link set veth-pb up
ip -n pb addr add 10.0.0.2/24 dev eth0
ip -n pb link set eth0 mtu 1400
ip -n pb link set eth0 up
ip netns exec h sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec h iptables -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
sleep 0.5
# --- traffic ---
ip netns exec pa ping -n -c 1 -W 1 -M dont -s 2000 10.0.0.2
ip netns exec pa ping -n -c 1 -W 1 -M dont -s 1400 10.0.0.2
ip netns exec pb ping -n -c 1 -W 1 -M dont -s 2000 10.0.0.1
ip -n h link set br0 mtu 1300
ip netns exec pb ping -n -c 1 -W 1 -M dont -s 2000 10.0.0.1
ip netns exec pa ping -n -c 1 -W 1 -M dont -s 1360 10.0.0.2
ip -n h link set veth-pb mtu 1200
ip netns exec pa ping -n -c 1 -W 1 -M dont -s 1350 10.0.0.2
