# A sidecar takes over a pod's connections: REDIRECT in OUTPUT for what leaves and in PREROUTING for what comes.
# Lesson: out of the pod the redirected packet goes to 127.0.0.1, into it to the address of the device by which it came.
ip netns add other
ip netns exec other sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n other link set lo up
ip netns add pod
ip netns exec pod sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n pod link set lo up
ip link add eth0 netns other type veth peer name eth0 netns pod
ip -n other addr add 10.0.0.1/24 dev eth0
ip -n pod addr add 10.0.0.2/24 dev eth0
ip -n other link set eth0 up
ip -n pod link set eth0 up
ip netns exec pod iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 15006
ip netns exec pod iptables -t nat -A OUTPUT -p tcp ! -d 127.0.0.0/8 --dport 80 -j REDIRECT --to-ports 15001
# --- traffic ---
ip netns exec pod timeout 2 nc -l 15006 &
sleep 0.2
echo in | ip netns exec other timeout 0.7 nc -N -w1 -p 40001 10.0.0.2 80
wait
ip netns exec pod timeout 2 nc -l 15001 &
sleep 0.2
echo out | ip netns exec pod timeout 0.7 nc -N -w1 -p 40002 10.0.0.1 80
wait
