cat /proc/net/fib_trie
ip link set lo up
cat /proc/net/fib_trie
for i in 0 1 2 3; do ip link add v$i type veth peer name p$i; done
for i in 0 1 2 3; do ip link set v$i up; done
for i in 0 1 2 3; do ip link set p$i up; done
ip addr add 10.0.0.1/24 dev v0
cat /proc/net/fib_trie
ip addr add 10.244.1.0/32 dev v1; ip addr add 10.244.1.1/24 brd + dev v2; ip addr add 192.168.7.1/16 dev v3
ip route add default via 10.0.0.2
cat /proc/net/fib_trie
for i in 2 3 4 5 6 7 8 9 10; do ip route add 10.244.$i.0/24 via 10.0.0.$i; done
cat /proc/net/fib_trie
ip route add unreachable 10.5.0.0/16; ip route add blackhole 10.6.0.0/16; ip route add 10.7.0.1 via 10.0.0.2; ip route add 10.244.0.0/16 dev v3; ip route add prohibit 10.0.0.0/8
ip route add 10.244.3.0/26 dev v3; ip route add 10.244.3.0/24 dev v3 metric 9; ip route add 10.244.3.0/24 dev v3 tos 0x10
cat /proc/net/fib_trie
for i in 3 4 5 6 7 8; do ip route del 10.244.$i.0/24; done
cat /proc/net/fib_trie
ip addr add 10.0.0.7/24 dev v0; ip addr add 10.0.0.8/25 dev v0
ip addr del 10.0.0.7/24 dev v0
cat /proc/net/fib_trie
ip link set v2 down
cat /proc/net/fib_trie
ip link set v2 up; ip addr del 10.0.0.1/24 dev v0
cat /proc/net/fib_trie
ip route add 172.16.0.0/12 dev v3 table 7; ip route add 172.17.0.0/16 dev v3 table 7; ip route add 10.0.0.0/8 dev v3 table 300
cat /proc/net/fib_trie
ip rule add from 10.0.0.0/8 lookup 7
cat /proc/net/fib_trie
ip addr add 10.99.0.1/24 dev v1; ip route add 10.98.0.0/24 dev v1
cat /proc/net/fib_trie
ip link del v1
cat /proc/net/fib_trie
ip link set lo down; ip link del v0; ip link del v2; ip link del v3
cat /proc/net/fib_trie
ip addr flush dev lo; ip route flush table all
cat /proc/net/fib_trie
