# A router on the way back only: it never sees a SYN or an echo request, just what answers them.
# Lesson: a lone SYN-ACK and a lone echo reply are INVALID and no nat rule sees them; a lone UDP answer is simply NEW.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip netns add back
ip netns exec back sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n back link set lo up
ip link add direct netns c type veth peer name direct netns s
ip -n c addr add 10.1.0.1/24 dev direct
ip -n s addr add 10.1.0.2/24 dev direct
ip -n c link set direct up
ip -n s link set direct up
ip link add eth0 netns c type veth peer name c0 netns back
ip -n c addr add 10.2.0.2/24 dev eth0
ip -n back addr add 10.2.0.1/24 dev c0
ip -n c link set eth0 up
ip -n back link set c0 up
ip link add eth0 netns s type veth peer name s0 netns back
ip -n s addr add 10.3.0.2/24 dev eth0
ip -n back addr add 10.3.0.1/24 dev s0
ip -n s link set eth0 up
ip -n back link set s0 up
ip -n c addr add 10.9.0.1/32 dev lo
ip -n s route add 10.9.0.1/32 via 10.3.0.1
ip -n back route add 10.9.0.1/32 via 10.2.0.2
ip netns exec back iptables -t nat -A POSTROUTING -o c0 -j MASQUERADE
ip netns exec back iptables -A FORWARD -m conntrack --ctstate INVALID
ip netns exec back iptables -A FORWARD -p tcp -m conntrack --ctstate INVALID -j DROP
# --- traffic ---
ip netns exec c ping -c1 -W1 -I 10.9.0.1 10.1.0.2
ip netns exec s timeout 1 nc -l 8080 &
sleep 0.2
ip netns exec c timeout 0.7 nc -z -w1 -s 10.9.0.1 -p 40001 10.1.0.2 8080
wait
echo pong | ip netns exec s timeout 1.5 nc -u -l 10.1.0.2 5353 &
sleep 0.2
echo ping | ip netns exec c nc -u -w1 -s 10.9.0.1 -p 40002 10.1.0.2 5353
wait
