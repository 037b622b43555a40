# A pod has no server on a port, and says so; its host refuses everything that comes in from the bridge.
# Lesson: REJECT drops an ICMP error without a word, because no error is sent about an error.
ip netns add n
ip -n n link set lo up
ip netns exec n sysctl -qw net.bridge.bridge-nf-call-iptables=1
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
ip netns exec n iptables -A INPUT -i cni0 -j REJECT
# --- traffic ---
echo ask | ip netns exec n nc -u -w1 -p 42001 10.244.0.11 80
echo ask | ip netns exec n nc -u -w1 -p 42002 10.244.0.11 80
