# The same two containers, but bridged frames pass through iptables, as kubelet's checklist and Docker want it.
# Lesson: FORWARD sees the bridge as both devices; its policy DROP silences neighbours on one bridge.
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip netns exec host sysctl -qw net.bridge.bridge-nf-call-iptables=1
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
ip netns exec host iptables -A FORWARD -i docker0 -o docker0 -j ACCEPT
ip netns exec web ping -c1 -W1 172.17.0.3
ip netns exec host iptables -I FORWARD -m physdev --physdev-in vdb --physdev-out vweb -j DROP
ip netns exec web ping -c1 -W1 172.17.0.3
