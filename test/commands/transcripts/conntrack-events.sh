ip netns add a
ip netns add b
ip link add eth0 netns a address 02:00:00:00:00:0a type veth peer name eth0 netns b address 02:00:00:00:00:0b
ip -n a link set lo up
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0
ip -n b neigh replace 10.0.0.1 lladdr 02:00:00:00:00:0a dev eth0
ip netns exec a iptables -A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
ip netns exec a iptables -t nat -A OUTPUT -d 10.9.9.9 -j DNAT --to 10.0.0.2
ip netns exec a iptables -t mangle -A OUTPUT -p udp --dport 5001 -j CONNMARK --set-mark 7
ip -n a route add 10.9.9.9 via 10.0.0.2
ip netns exec a sysctl -qw net.netfilter.nf_conntrack_icmp_timeout=1
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec a timeout 1 conntrack -E
sleep 1
ip netns exec a conntrack -F
ip netns exec a sysctl -qw net.netfilter.nf_conntrack_icmp_timeout=30
ip netns exec b timeout 1.5 nc -l -p 80 > /dev/null &
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -p 1000 10.0.0.2 80' > /dev/null 2>&1 &
ip netns exec a timeout 2 conntrack -E
ip netns exec a conntrack -F
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.3 nc -u -p 1001 10.0.0.2 5000; ip netns exec a conntrack -D -p udp' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.3 nc -u -p 1001 10.0.0.2 5000; ip netns exec a conntrack -D -p udp' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E -e NEW
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.3 nc -u -p 1001 10.0.0.2 5000; ip netns exec a conntrack -D -p udp' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E -e destroy -p udp --dport 5000
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.3 nc -u -p 1001 10.0.0.2 5001; ip netns exec a conntrack -F' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E -o timestamp
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.9.9; ip netns exec a conntrack -F' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E -o extended -d 10.9.9.9
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.9.9; ip netns exec a conntrack -F' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E conntrack -e UPDATES,DESTROY -p icmp
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.9.9; ip netns exec a conntrack -F' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E -p tcp
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.9.9; ip netns exec a conntrack -F' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E -n
ip netns exec a ping -c1 10.0.0.2 > /dev/null
sh -c 'sleep 0.4; ip netns exec a conntrack -F' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 conntrack -E
conntrack -E -e FOO
conntrack -E -u ASSURED
conntrack -E --state ESTABLISHED
conntrack -E -p nosuch
conntrack -L -e NEW
conntrack -E -L
conntrack -E foo
