# A connection stands, and then a rule refuses what the client still says, with a reset.
# Lesson: REJECT --reject-with tcp-reset also closes the connection in conntrack: the entry stays for ten seconds, not for five days.
ip netns add r
ip -n r link set lo up
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
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
ip netns exec r iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec r iptables -A FORWARD -p tcp -d 10.0.2.2 --dport 81 -j ACCEPT
# --- traffic ---
ip netns exec b timeout 60 nc -l 80 > /dev/null &
sleep 0.3
sleep 0.7 | ip netns exec a timeout 3 nc -N -p 41001 10.0.2.2 80 &
sleep 0.3
ip netns exec r iptables -I FORWARD -s 10.0.1.2 -p tcp -j REJECT --reject-with tcp-reset
sleep 0.8
ip netns exec r iptables -D FORWARD 1
sleep 0.3
