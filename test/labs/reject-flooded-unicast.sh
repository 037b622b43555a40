# A bridge knows not on which port a pod is (learning is off there) and floods; a hairpin port gets its own frame back. FORWARD refuses each copy.
# Lesson: each copy of a flooded packet is refused by itself, so the sender gets an error for every port.
ip netns add n
ip -n n link set lo up
ip netns exec n sysctl -qw net.ipv4.icmp_ratelimit=0 net.bridge.bridge-nf-call-iptables=1
ip -n n link add cni0 type bridge
ip -n n addr add 10.244.0.1/24 dev cni0
ip -n n link set cni0 up
ip netns add a
ip -n a link set lo up
ip link add va address 02:00:00:00:01:01 netns n type veth peer name eth0 address 02:00:00:00:00:01 netns a
ip -n n link set va master cni0
ip -n n link set va up
ip -n a addr add 10.244.0.11/24 dev eth0
ip -n a link set eth0 up
ip -n n link set va type bridge_slave learning off
ip netns add b
ip -n b link set lo up
ip link add vb address 02:00:00:00:01:02 netns n type veth peer name eth0 address 02:00:00:00:00:02 netns b
ip -n n link set vb master cni0
ip -n n link set vb up
ip -n b addr add 10.244.0.12/24 dev eth0
ip -n b link set eth0 up
ip -n n link set vb type bridge_slave hairpin on
ip netns exec n iptables -t mangle -A PREROUTING -p udp -j ACCEPT
ip netns exec n iptables -A FORWARD -p udp -j REJECT
ip netns exec n iptables -A OUTPUT -p icmp -j ACCEPT
# --- traffic ---
echo ask | ip netns exec b nc -u -w1 -p 42002 10.244.0.11 80
