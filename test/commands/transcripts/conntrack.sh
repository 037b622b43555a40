ip netns add a
ip netns add b
ip link add eth0 netns a address 02:00:00:00:00:0a type veth peer name eth0 netns b address 02:00:00:00:00:0b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n b link set lo up
ip netns exec b conntrack -L
ip netns exec b conntrack -C
ip netns exec b iptables -A INPUT -m conntrack --ctstate NEW -j ACCEPT
ip netns exec b iptables -t nat -A PREROUTING -p udp --dport 54 -j DNAT --to-destination 10.0.0.2:53
ip netns exec b iptables -t mangle -A PREROUTING -p udp -j CONNMARK --set-mark 5
ip netns exec b timeout 3 nc -l 8080 > /dev/null &
echo x | ip netns exec b timeout 1.7 nc -u -l 53 > /dev/null &
sleep 0.3
echo x | ip netns exec a nc -N -p 40001 10.0.0.2 8080
echo x | ip netns exec a nc -u -w1 -p 40002 10.0.0.2 54
sleep 0.6
ip netns exec b conntrack -L -p tcp
ip netns exec b conntrack --dump -p udp
ip netns exec b conntrack -L -p 17 -o extended
ip netns exec b conntrack -L conntrack -p udp --output extended
ip netns exec b conntrack --count
ip netns exec b conntrack -L -p icmp
ip netns exec b conntrack -L --src 10.9.9.9
ip netns exec b conntrack -L -s 10.0.0.1 -d 10.0.0.2 -p udp --dport 54
ip netns exec b conntrack -L --orig-src 10.0.0.0/24 -p udp --sport 40002
ip netns exec b conntrack -L --reply-src 10.0.0.2 --reply-dst 10.0.0.1 -p udp
ip netns exec b conntrack -L -p udp --reply-port-src 53 --reply-port-dst 40002
ip netns exec b conntrack -L -m 5
ip netns exec b conntrack -L --mark 4/4
ip netns exec b conntrack -L -m 7
ip netns exec b conntrack -L -p tcp --state TIME_WAIT
ip netns exec b conntrack -L -p tcp --state ESTABLISHED
ip netns exec b conntrack -L -u ASSURED -p tcp
ip netns exec b conntrack -L -u seen_reply,assured -p tcp
ip netns exec b conntrack -L -u UNREPLIED
ip netns exec b conntrack -L -f ipv4 -p udp
ip netns exec b conntrack -L -w 7
ip netns exec b conntrack -D -p sctp
ip netns exec b conntrack -D -s 10.0.0.1 -p udp --dport 55
ip netns exec b conntrack --delete -s 10.0.0.1 -p udp --dport 54
ip netns exec b conntrack -C
ip netns exec b conntrack -F
ip netns exec b conntrack -L
ip netns exec b conntrack -C
ip netns exec b conntrack --flush
ip netns exec b conntrack -L --dport 53
ip netns exec b conntrack -L -p nosuch
ip netns exec b conntrack -L -p
ip netns exec b conntrack -L -s
ip netns exec b conntrack -L -s nosuch
ip netns exec b conntrack -L -p tcp --dport 70000
ip netns exec b conntrack -L -p tcp --state NOSUCH
ip netns exec b conntrack -L -u NOSUCH
ip netns exec b conntrack -L -m x
ip netns exec b conntrack -L -D
ip netns exec b conntrack -C -p tcp
ip netns exec b conntrack -D
ip netns exec b conntrack -L -m 5/4
ip netns exec b conntrack -L -p udp --state NONE
ip netns exec b conntrack -L -f ipv6
ip netns exec b conntrack -L -f foo
ip netns exec b conntrack -L -o foo
ip netns exec b conntrack -L foo
ip netns exec b conntrack -L -s 10.0.0.1/33
ip netns exec b conntrack -L --foo
ip netns exec b conntrack -F -p tcp
ip netns exec b conntrack -p tcp
ip netns exec b conntrack -F -s 1.2.3.4
