# A router lets SYNs pass and refuses all other segments: the SYN-ACK comes back, and the client's ACK is answered with an ICMP error.
# Lesson: the connection stands all the same; but a client that connects without blocking asks for the last error (SO_ERROR), and gives up.
ip netns add r
ip -n r link set lo up
ip netns exec r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip netns add a
ip -n a link set lo up
ip link add eth0 netns a type veth peer name da netns r
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n a link set eth0 up
ip -n r addr add 10.0.1.1/24 dev da
ip -n r link set da up
ip -n a route add default via 10.0.1.1
ip netns add b
ip -n b link set lo up
ip link add eth0 netns b type veth peer name db netns r
ip -n b addr add 10.0.2.2/24 dev eth0
ip -n b link set eth0 up
ip -n r addr add 10.0.2.1/24 dev db
ip -n r link set db up
ip -n b route add default via 10.0.2.1
ip netns exec b sysctl -qw net.ipv4.tcp_synack_retries=0
ip netns exec r iptables -A FORWARD -s 10.0.1.2 -p tcp --tcp-flags SYN NONE -j REJECT --reject-with icmp-host-unreachable
# --- traffic ---
ip netns exec b timeout 60 nc -l 80 > /dev/null &
sleep 0.3
echo ask | ip netns exec a timeout 0.5 nc -v -N -p 41001 10.0.2.2 80
ip -n a route del default
