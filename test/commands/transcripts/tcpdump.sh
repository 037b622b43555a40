ip netns add a
ip netns add b
ip link add eth0 netns a address 02:00:00:00:00:0a type veth peer name eth0 netns b address 02:00:00:00:00:0b
ip -n a link set lo up
ip netns exec a tcpdump -n -i eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec a timeout 1 tcpdump -n -l --immediate-mode -i eth0
ip -n a neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0
ip -n b neigh replace 10.0.0.1 lladdr 02:00:00:00:00:0a dev eth0
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec b timeout 1 tcpdump -n -l --immediate-mode -e -t -i eth0
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec b timeout 1 tcpdump -n -l --immediate-mode -v -i eth0 icmp
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec b timeout 1 tcpdump -n --immediate-mode -c 1 -i eth0 icmp
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.1' > /dev/null 2>&1 &
ip netns exec a timeout 1 tcpdump -n -l --immediate-mode -i lo
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec a timeout 1 tcpdump -n -l --immediate-mode -i any -e
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.0.0.2' > /dev/null 2>&1 &
ip netns exec a timeout 1 tcpdump -n -l --immediate-mode -i any -Q in
ip netns exec b timeout 1.5 nc -l -p 80 > /dev/null &
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -p 1080 10.0.0.2 80' > /dev/null 2>&1 &
ip netns exec a timeout 2 tcpdump -n -l --immediate-mode -i eth0 tcp and greater 67
ip netns exec b timeout 1.5 nc -l -p 5000 > /dev/null &
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -p 1081 10.0.0.2 5000' > /dev/null 2>&1 &
ip netns exec b timeout 2 tcpdump -n -l --immediate-mode -v -t -i eth0 'tcp[tcpflags] & (tcp-syn|tcp-push) != 0'
ip netns exec b timeout 1.5 nc -l -p 5000 > /dev/null &
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -p 1082 10.0.0.2 5000' > /dev/null 2>&1 &
ip netns exec b timeout 2 tcpdump -n -l --immediate-mode -S -q -i eth0 port 1082 and greater 67
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -p 1083 10.0.0.2 5001' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 tcpdump -n -l --immediate-mode -vv -i eth0 tcp
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -u -p 1084 10.0.0.2 5002' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 tcpdump -n -l --immediate-mode -v -i eth0 udp or icmp
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -u -p 1085 10.0.0.2 53' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 tcpdump -n -l --immediate-mode -vv -i eth0 udp port 53
sh -c 'sleep 0.4; ip netns exec a ping -c1 -s 2000 10.0.0.2' > /dev/null 2>&1 &
ip netns exec a timeout 1 tcpdump -n -l --immediate-mode -i eth0 src 10.0.0.1
sh -c 'sleep 0.4; ip netns exec a ping -c1 -W 0.5 10.0.0.9' > /dev/null 2>&1 &
ip netns exec a timeout 1 tcpdump -n -l --immediate-mode -i eth0 arp -c 1 -tt
sh -c 'sleep 0.4; ip netns exec a ping -c2 -i 0.2 10.0.0.2' > /dev/null 2>&1 &
ip netns exec a timeout 1.2 tcpdump -n --immediate-mode -i eth0 -w cap.pcap icmp
tcpdump -n -r cap.pcap
tcpdump -n -t -r cap.pcap src 10.0.0.2
tcpdump -n -t -e -# -c 1 -r cap.pcap
tcpdump -n -r cap.pcap -w second.pcap 'icmp[icmptype] == icmp-echo'
tcpdump -n -t -r second.pcap
tcpdump -n -r nosuch.pcap
ip -n a link add vx type vxlan id 7 remote 10.0.0.2 local 10.0.0.1 dstport 8472
ip -n b link add vx type vxlan id 7 remote 10.0.0.1 local 10.0.0.2 dstport 8472
ip -n a link set vx address 02:00:00:00:01:0a mtu 1400 up
ip -n b link set vx address 02:00:00:00:01:0b mtu 1400 up
ip -n a addr add 10.9.0.1/24 dev vx
ip -n b addr add 10.9.0.2/24 dev vx
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.0.2' > /dev/null 2>&1 &
ip netns exec b timeout 1 tcpdump -n -l --immediate-mode -t -i eth0 udp
ip -n a neigh replace 10.9.0.2 lladdr 02:00:00:00:01:0b dev vx
ip -n b neigh replace 10.9.0.1 lladdr 02:00:00:00:01:0a dev vx
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.0.2' > /dev/null 2>&1 &
ip netns exec b timeout 1 tcpdump -n -l --immediate-mode -t -e -T vxlan -i eth0 udp dst port 8472 and icmp or udp
sh -c 'sleep 0.4; ip netns exec a ping -c1 10.9.0.2' > /dev/null 2>&1 &
ip netns exec b timeout 1 tcpdump -n -l --immediate-mode -t -i any icmp or udp
ip netns exec b timeout 1.5 nc -l -p 5000 > /dev/null &
sh -c 'sleep 0.4; echo hello | ip netns exec a timeout 0.5 nc -p 1086 10.9.0.2 5000' > /dev/null 2>&1 &
ip netns exec b timeout 2 tcpdump -n -l --immediate-mode -vv -t -i eth0 greater 110 and udp
tcpdump -n -i nosuch
tcpdump -n -i lo
ip netns exec a tcpdump -n -i eth0 foo
ip netns exec a tcpdump -n -i eth0 tcp and udp
ip netns exec a tcpdump -n -i eth0 host nosuch
ip netns exec a tcpdump -n -i eth0 port 70000
ip netns exec a tcpdump -n -i eth0 net 10.0.0.1/8
ip netns exec a tcpdump -n -i eth0 -c x
ip netns exec a tcpdump -n -i eth0 -c 0
ip netns exec a tcpdump -n -i eth0 -Q x
ip netns exec a tcpdump -n -i eth0 -T x
tcpdump -n -i
ip netns exec a tcpdump -n -i eth0 -k
ip netns exec a timeout 0.5 tcpdump -n -i eth0 -w /tmp/nosuch/cap.pcap
tcpdump -t -r cap.pcap
tcpdump -t -e -r cap.pcap
tcpdump -tq -r cap.pcap src 10.0.0.2
