# A pod's packet comes in by a bridge port and would leave by the same bridge: its host sends a redirect, and then FORWARD refuses the packet.
# Lesson: two ICMP messages answer one packet: the redirect is sent before FORWARD is asked, the error of REJECT after it.
ip netns add n
ip -n n link set lo up
ip netns exec n sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.bridge.bridge-nf-call-iptables=1
ip -n n link add cni0 type bridge
ip -n n addr add 10.244.0.1/24 dev cni0
ip -n n link set cni0 up
ip -n n route add 10.96.0.0/16 dev cni0
ip netns add a
ip -n a link set lo up
ip link add va address 02:00:00:00:01:01 netns n type veth peer name eth0 address 02:00:00:00:00:01 netns a
ip -n n link set va master cni0
ip -n n link set va up
ip -n a addr add 10.244.0.11/24 dev eth0
ip -n a link set eth0 up
ip -n a route add default via 10.244.0.1
ip netns exec n iptables -A FORWARD -p udp -j REJECT
ip netns exec n iptables -A OUTPUT -p icmp --icmp-type redirect -j ACCEPT
ip netns exec n iptables -t mangle -A PREROUTING -p udp -j ACCEPT
# --- traffic ---
echo ask | ip netns exec a nc -u -w1 -p 42002 10.96.0.10 80
