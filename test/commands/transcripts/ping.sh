for n in c r s; do ip netns add $n; ip -n $n link set lo up; done
ip link add eth0 netns c type veth peer name c0 netns r
ip link add s0 netns r type veth peer name eth0 netns s
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n r addr add 10.2.0.1/24 dev s0
ip -n s addr add 10.2.0.2/24 dev eth0
ip -n c link set eth0 up
ip -n r link set c0 up
ip -n r link set s0 up
ip -n s link set eth0 up
ip netns exec c ping -c1 10.2.0.2
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip netns exec c ping -c1 10.2.0.2
ip netns exec c ping -c 2 -i 0.2 -s 8 10.2.0.2
ip netns exec c ping -q -c 2 -i 0.2 10.2.0.2
ip netns exec c ping -c1 -s 100 -n -4 10.2.0.2
ip netns exec c ping -c1 -W1 -t 1 10.2.0.2
ip netns exec c ping -c1 -W1 10.9.0.1
ip netns exec r ip route add unreachable 10.9.0.0/16
ip netns exec c ping -c1 -W1 10.9.0.1
ip netns exec r ip route change prohibit 10.9.0.0/16
ip netns exec c ping -c1 -W1 10.9.0.1
ip netns exec c ping -c1 -W1 10.1.0.77
ip netns exec c ping -w2 -c 2 10.1.0.77
ip netns exec c ping -w2 -c 1 10.1.0.1
ip netns exec c ping -w1 10.1.0.1
ip netns exec c ping -c1 -I 10.1.0.2 10.2.0.2
ip netns exec c ping -c1 -I eth0 10.2.0.2
ip netns exec c ping -c1 -W1 -I lo 10.2.0.2
ip netns exec c ping -c1 -I 10.1.0.99 10.2.0.2
ip netns exec c ping -c1 -I nosuch 10.2.0.2
ip netns exec c ping -c1 10.1.0.255
ip netns exec c ping -c1 -W1 -b 10.1.0.255
ip netns exec r sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec c ping -c1 -b 10.1.0.255
ip netns exec c ping -c1 127.0.0.1
ip netns exec c ping -c1 localhost
ip netns exec c ping -c1 10.1.0.2
ip netns exec c ping -c1 0
ip netns exec c ping -c1 10.1
ip netns exec c ping -c1 -s 1472 -M do 10.2.0.2
ip netns exec c ping -c1 -s 1473 -M do 10.2.0.2
ip netns exec c ping -c2 -i 0.2 -s 1473 -M do 10.2.0.2
ip netns exec c ping -c1 -s 3000 10.2.0.2
ip netns exec c ping -c1 -s 3000 -M dont 10.2.0.2
ip netns exec c ping -c1 -s 65507 10.2.0.2
ip netns exec c ping -c1 -W1 -s 65508 10.2.0.2
ip -n r link set s0 mtu 1000
ip netns exec c ping -c1 -W1 -s 1200 -M do 10.2.0.2
ip netns exec c ping -c1 -W1 -s 1200 -M do 10.2.0.2
ip netns exec c ping -c1 -W1 -s 1200 10.2.0.2
ip netns exec c ping -c1 -W1 -s 1200 -M want 10.2.0.2
ip netns exec s iptables -A INPUT -s 10.1.0.0/24 -p icmp -j REJECT
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec s iptables -R INPUT 1 -s 10.1.0.0/24 -p icmp -j REJECT --reject-with icmp-admin-prohibited
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec s iptables -R INPUT 1 -s 10.1.0.0/24 -p icmp -j REJECT --reject-with icmp-net-unreachable
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec s iptables -R INPUT 1 -s 10.1.0.0/24 -p icmp -j DROP
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec c ping -c2 -i 0.2 -W 0.5 10.2.0.2
ip netns exec s iptables -F
ip netns exec c iptables -A OUTPUT -p icmp -j DROP
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec c iptables -R OUTPUT 1 -p icmp -j REJECT
ip netns exec c ping -c1 -W1 10.2.0.2
ip netns exec c iptables -F
ip netns exec c iptables -t nat -A OUTPUT -d 10.7.7.7 -j DNAT --to-destination 10.2.0.2
ip netns exec c ping -c1 -W1 10.7.7.7
ip netns exec c ping -c1 -m 7 -Q 0x10 10.2.0.2
ip netns exec c ping -c1 -Q 16 10.2.0.2
ip netns exec c ping -c0 10.2.0.2
ip netns exec c ping -c x 10.2.0.2
ip netns exec c ping -c1 -s -5 10.2.0.2
ip netns exec c ping -c1 -t 0 10.2.0.2
ip netns exec c ping -c1 -t 256 10.2.0.2
ip netns exec c ping -c1 -M maybe 10.2.0.2
ip netns exec c ping -c1 -Q 300 10.2.0.2
ip netns exec c ping -c1 -Q x 10.2.0.2
ip netns exec c ping -c1 -m x 10.2.0.2
ip netns exec c ping -c1 nosuch.example
ip netns exec c ping -c1 10.2.0.300
ip -n c link set eth0 down
ip netns exec c ping -c1 10.2.0.2
ip netns exec c ping -c1 -I 10.1.0.2 10.2.0.2
ip netns exec c ping
