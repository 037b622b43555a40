# A pod sends fragments; br_netfilter puts them together on the bridge port, and the node forwards the packet to a link that takes it whole.
# Lesson: a packet that was put together on a bridge port is not cut again where it fits: IP does not know of its fragments any more.
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
ip -n n link set lo up
ip -n n link add cni0 type bridge
ip -n n addr add 10.244.0.1/24 dev cni0
ip -n n link set cni0 up
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip -n a link set lo up
ip link add va address 02:00:00:00:01:01 mtu 1450 netns n type veth peer name eth0 address 02:00:00:00:00:01 netns a
ip -n n link set va master cni0
ip -n n link set va mtu 1450 up
ip -n a addr add 10.244.0.11/24 dev eth0
ip -n a link set eth0 mtu 1450 up
ip -n a route add default via 10.244.0.1
ip netns add x
ip netns exec x sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
ip -n x link set lo up
ip link add eth0 address 02:00:00:00:00:0a netns x type veth peer name ext0 netns n
ip -n x addr add 192.168.7.2/24 dev eth0
ip -n x link set eth0 up
ip -n n addr add 192.168.7.1/24 dev ext0
ip -n n link set ext0 up
ip -n x route add default via 192.168.7.1
ip netns exec n iptables -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
# --- traffic ---
ip netns exec a ping -c1 -W1 -s 1472 192.168.7.2
ip netns exec x ping -c1 -W1 -s 1472 10.244.0.11
