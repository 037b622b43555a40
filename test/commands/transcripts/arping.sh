for n in c r; do ip netns add $n; ip -n $n link set lo up; done
ip link add eth0 netns c address 02:00:00:00:00:01 type veth peer name c0 netns r address 02:00:00:00:00:02
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n c link set eth0 up
ip -n r link set c0 up
ip netns exec c arping -c1 -I eth0 10.1.0.1
ip netns exec c arping -c2 -w3 -I eth0 10.1.0.1
ip netns exec c arping -f -w2 -I eth0 10.1.0.1
ip netns exec c arping -q -c1 -I eth0 10.1.0.1
ip netns exec c arping -b -c2 -I eth0 10.1.0.1
ip netns exec c arping -c1 10.1.0.1
ip netns exec c arping -c1 -w1 -I eth0 10.1.0.77
ip netns exec c arping -c2 -i1 -I eth0 10.1.0.77
ip netns exec c arping -D -c1 -w1 -I eth0 10.1.0.77
ip netns exec c arping -D -c1 -w1 -I eth0 10.1.0.1
ip netns exec c arping -U -c1 -I eth0 10.1.0.2
ip netns exec c arping -A -c1 -I eth0 10.1.0.2
ip netns exec c arping -U -c1 -I eth0 10.1.0.99
ip netns exec c arping -c1 -s 10.1.0.2 -I eth0 10.1.0.1
ip netns exec c arping -c1 -s 10.1.0.99 -I eth0 10.1.0.1
ip netns exec c arping -c1 -s nosuch -I eth0 10.1.0.1
ip netns exec c arping -c1 -I nosuch 10.1.0.1
ip netns exec c arping -c1 -I lo 127.0.0.1
ip netns exec c arping -c1 10.250.0.1
ip netns exec c arping -c x -I eth0 10.1.0.1
ip netns exec c arping -c1 -I eth0 nosuch.example
ip -n c link set eth0 down
ip netns exec c arping -c1 -I eth0 10.1.0.1
ip netns exec c arping -c1 10.1.0.1
