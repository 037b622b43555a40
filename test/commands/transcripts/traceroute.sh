for n in c r q s; do ip netns add $n; ip -n $n link set lo up; done
ip link add eth0 netns c address 02:00:00:00:00:01 type veth peer name c0 netns r address 02:00:00:00:00:02
ip link add q0 netns r type veth peer name r0 netns q
ip link add s0 netns q type veth peer name eth0 netns s
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n r addr add 10.2.0.1/24 dev q0
ip -n q addr add 10.2.0.2/24 dev r0
ip -n q addr add 10.3.0.1/24 dev s0
ip -n s addr add 10.3.0.2/24 dev eth0
for d in c/eth0 r/c0 r/q0 q/r0 q/s0 s/eth0; do echo $d > /dev/null; done
ip -n c link set eth0 up
ip -n r link set c0 up
ip -n r link set q0 up
ip -n q link set r0 up
ip -n q link set s0 up
ip -n s link set eth0 up
ip netns exec c traceroute -n 10.3.0.2
ip -n c route add default via 10.1.0.1
ip -n r route add 10.3.0.0/24 via 10.2.0.2
ip -n q route add 10.1.0.0/24 via 10.2.0.1
ip -n s route add default via 10.3.0.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip netns exec q sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip netns exec s sysctl -qw net.ipv4.icmp_ratelimit=0
ip netns exec c traceroute -n 10.3.0.2
ip netns exec c traceroute 10.3.0.2
ip netns exec c traceroute -n -q 1 10.3.0.2
ip netns exec c traceroute -n -f 2 -q 2 10.3.0.2
ip netns exec c traceroute -n -m 2 -q 1 10.3.0.2
ip netns exec c traceroute -n -q1 10.3.0.2 100
ip netns exec c traceroute -n -N 1 -q 1 -s 10.1.0.2 10.3.0.2
ip netns exec c traceroute -n -q 1 -p 40000 10.3.0.2
ip netns exec c traceroute -n -q 1 10.1.0.1
ip netns exec c traceroute -n -q 1 127.0.0.1
ip netns exec c traceroute -n -q 1 -w 0.5 -m 4 10.3.0.77
ip netns exec q iptables -A FORWARD -p udp -j DROP
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec q iptables -R FORWARD 1 -p udp -j REJECT
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec q iptables -R FORWARD 1 -p udp -j REJECT --reject-with icmp-admin-prohibited
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec q iptables -R FORWARD 1 -p udp -j REJECT --reject-with icmp-host-unreachable
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec q iptables -R FORWARD 1 -p udp -j REJECT --reject-with icmp-net-unreachable
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec q iptables -R FORWARD 1 -p udp -j REJECT --reject-with icmp-proto-unreachable
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec q iptables -F
ip netns exec s iptables -A INPUT -p udp -j DROP
ip netns exec c traceroute -n -q 1 -w 0.3 -m 4 10.3.0.2
ip netns exec s iptables -F
ip -n q link set r0 mtu 1000
ip -n r link set q0 mtu 1000
ip netns exec c traceroute -n -q 1 -w 0.3 -F 10.3.0.2 1400
ip netns exec c traceroute -n 10.9.0.300
ip netns exec c traceroute -n nosuch.example
ip netns exec c traceroute -n -s 10.9.9.9 10.3.0.2
ip netns exec c traceroute -n -q 11 10.3.0.2
ip netns exec c traceroute -n -m 300 10.3.0.2
ip netns exec c traceroute -n -f 40 10.3.0.2
ip netns exec c traceroute -n -q x 10.3.0.2
ip netns exec c traceroute -n 10.3.0.2 100000
ip netns exec c traceroute -n -q 0 127.0.0.1
ip netns exec c traceroute -n -f 0 127.0.0.1
ip netns exec c traceroute -n -w x 127.0.0.1
ip netns exec c traceroute -n -w -1 127.0.0.1
ip netns exec c traceroute -n -qx 127.0.0.1
ip netns exec c traceroute -n -s nosuch 127.0.0.1
ip netns exec c traceroute -n 127.0.0.1 x
ip netns exec c traceroute -n 127.0.0.1 60 x
ip netns exec c traceroute -n 127.0.0.1 65000
ip netns exec c traceroute -n 127.0.0.1 65001
