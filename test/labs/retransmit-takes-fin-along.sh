# A client's data and its FIN are lost behind the handshake, and sent again.
# Lesson: what is sent again after the time-out takes small segments behind it along: one segment with data and FIN.
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
ip netns exec r iptables -A FORWARD -s 10.0.1.2 -p tcp --tcp-flags PSH,FIN NONE -j ACCEPT
ip netns exec r iptables -A FORWARD -s 10.0.1.2 -m connbytes --connbytes 4: --connbytes-dir original --connbytes-mode packets -m length --length 56 -j ACCEPT
ip netns exec r iptables -A FORWARD -s 10.0.1.2 -m length --length 40:56 -j DROP
# --- traffic ---
ip netns exec b timeout 60 nc -l 80 &
sleep 0.3
echo ask | ip netns exec a timeout 3 nc -N -p 41001 10.0.2.2 80
sleep 0.3
