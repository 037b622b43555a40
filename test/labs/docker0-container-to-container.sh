# Two containers on docker0 talk to each other: the bridge carries the frames, the host's IP layer never sees them.
# Lesson: only the ARP broadcasts reach the bridge device; with br_netfilter off no rule of the host is asked.
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip netns exec host sysctl -qw net.bridge.bridge-nf-call-iptables=0
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns host
ip -n host link set vweb master docker0
ip -n host link set vweb up
ip -n web addr add 172.17.0.2/16 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 172.17.0.1
ip netns add db
ip netns exec db sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n db link set lo up
ip link add eth0 netns db type veth peer name vdb netns host
ip -n host link set vdb master docker0
ip -n host link set vdb up
ip -n db addr add 172.17.0.3/16 dev eth0
ip -n db link set eth0 up
ip -n db route add default via 172.17.0.1
ip netns exec host iptables -P FORWARD DROP
# --- traffic ---
ip netns exec web ping -c1 -W1 172.17.0.3
echo pong | ip netns exec db timeout 2 nc -u -l 5353 &
sleep 0.2
echo ping | ip netns exec web nc -u -w1 -p 40001 172.17.0.3 5353
wait
