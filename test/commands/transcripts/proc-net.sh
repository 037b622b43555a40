ip netns add a; ip netns add b; ip netns add c
for n in a b c; do ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0; done
cat /proc/net/dev
ip netns exec a cat /proc/net/dev /proc/net/route /proc/net/arp /proc/net/snmp
ip -n a link set lo up; ip -n b link set lo up
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v1 netns b address 02:00:00:00:00:02
ip -n b link add br0 type bridge
ip -n b link set br0 address 02:00:00:00:00:03
ip -n b link set v1 master br0
ip -n b link set br0 up; ip -n b link set v1 up; ip -n a link set v0 up
ip -n b addr add 10.0.0.1/24 dev br0; ip -n a addr add 10.0.0.2/24 brd + dev v0
ip link add u0 netns b address 02:00:00:00:01:01 type veth peer name u1 netns c address 02:00:00:00:01:02
ip -n b addr add 10.1.0.1/24 dev u0; ip -n c addr add 10.1.0.2/24 dev u1
ip -n b link set u0 up; ip -n c link set u1 up
ip -n b link add vx address 02:00:00:00:02:01 type vxlan id 5 dstport 8472 local 10.1.0.1 dev u0 nolearning
ip -n c link add vx address 02:00:00:00:02:02 type vxlan id 5 dstport 8472 local 10.1.0.2 dev u1 nolearning
ip -n b addr add 10.9.0.1/24 dev vx; ip -n c addr add 10.9.0.2/24 dev vx
ip -n b link set vx up; ip -n c link set vx up
bridge -n b fdb append 00:00:00:00:00:00 dev vx dst 10.1.0.2
bridge -n c fdb append 00:00:00:00:00:00 dev vx dst 10.1.0.1
ip netns exec a ping -c2 -i0.2 10.0.0.1 >/dev/null
ip netns exec a ping -c1 127.0.0.1 >/dev/null
ip netns exec b ping -c2 -i0.2 -s 100 10.9.0.2 >/dev/null
ip netns exec a cat /proc/net/dev
ip netns exec b cat /proc/net/dev
ip netns exec c cat /proc/net/dev
ip -n b link set v1 mtu 600
ip netns exec b iptables -A OUTPUT -p udp --dport 8472 -j DROP
ip netns exec b ping -c1 -W0.3 10.9.0.2 >/dev/null
ip netns exec b iptables -F OUTPUT
bridge -n b fdb del 00:00:00:00:00:00 dev vx
ip -n b neigh replace 10.9.0.77 lladdr 02:00:00:00:00:77 dev vx nud permanent
ip netns exec b ping -c1 -W0.3 10.9.0.77 >/dev/null
bridge -n b fdb add 02:00:00:00:00:77 dev vx dst 99.9.9.9
ip netns exec b ping -c1 -W0.3 10.9.0.77 >/dev/null
bridge -n b fdb replace 02:00:00:00:00:77 dev vx dst 10.1.0.1
ip netns exec b ping -c1 -W0.3 10.9.0.77 >/dev/null
ip -n c link set vx down
bridge -n b fdb replace 02:00:00:00:00:77 dev vx dst 10.1.0.2
ip netns exec b ping -c1 -W0.3 10.9.0.77 >/dev/null
ip netns exec b grep -v lo: /proc/net/dev
ip netns exec c cat /proc/net/dev
ip netns exec b cat /proc/net/arp | sort
ip -n a neigh add proxy 10.0.0.77 dev v0
ip -n a neigh add proxy 10.0.0.78
ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent
ip netns exec a ping -c1 -W0.2 10.0.0.8 >/dev/null
ip netns exec a cat /proc/net/arp | sort
ip -n a route add default via 10.0.0.1
ip -n a route add unreachable 10.5.0.0/16
ip -n a route add prohibit 10.5.1.0/24 metric 5
ip -n a route add blackhole 10.6.0.0/16 metric 7
ip -n a route add 10.7.0.1 via 10.0.0.1 advmss 1000 window 9000
ip -n a route add 10.7.0.0/16 dev v0 metric 300
ip -n a route add 10.7.0.0/16 dev v0 metric 200
ip -n a route add 192.168.0.0/16 via 10.0.0.1 table 7
ip -n a route add multicast 224.1.0.0/16 dev v0
ip netns exec a cat /proc/net/route
ip netns exec a cat /proc/self/net/route
ip netns exec c cat /proc/net/route
ip netns exec a cat /proc/net/snmp
ip netns exec c cat /proc/net/snmp
ip netns exec c ping -c1 -W0.2 10.77.0.1 >/dev/null
ip netns exec a ping -c1 -W0.2 -t1 10.1.0.2 >/dev/null
ip netns exec b timeout 0.6 nc -l 80 >/dev/null & sleep 0.2
echo hi | ip netns exec a timeout 0.3 nc -p 4000 10.0.0.1 80
wait
echo hi | ip netns exec a timeout 0.3 nc -p 4001 10.0.0.1 81
echo hi | ip netns exec a timeout 0.3 nc -u -p 4002 10.0.0.1 82
ip netns exec a grep -e Icmp -e Udp: /proc/net/snmp
ip netns exec b grep -e Icmp -e Udp: /proc/net/snmp
ip netns exec a cat /proc/net/nf_conntrack
ip netns exec b iptables -A INPUT -m conntrack --ctstate NEW -j ACCEPT
echo hi | ip netns exec a timeout 0.3 nc -u -p 4003 10.0.0.1 82
echo hi | ip netns exec a timeout 0.3 nc -p 4004 10.0.0.1 83
ip netns exec b cat /proc/net/nf_conntrack | sort
for f in mtu address operstate ifindex iflink carrier flags type broadcast addr_len tx_queue_len; do ip netns exec b cat /sys/class/net/v1/$f; done
for f in mtu address operstate ifindex iflink carrier flags type broadcast addr_len tx_queue_len; do ip netns exec b cat /sys/class/net/lo/$f; done
for f in mtu address operstate ifindex iflink carrier flags type broadcast; do ip netns exec b cat /sys/class/net/br0/$f; done
for f in mtu address operstate ifindex iflink carrier flags type broadcast; do ip netns exec b cat /sys/class/net/vx/$f; done
for f in rx_bytes rx_packets rx_dropped tx_bytes tx_packets tx_dropped tx_errors tx_carrier_errors; do ip netns exec b cat /sys/class/net/vx/statistics/$f; done
ip -n a link set v0 down; sleep 1.3
ip netns exec a cat /sys/class/net/v0/operstate /sys/class/net/v0/flags
ip netns exec b cat /sys/class/net/v1/operstate /sys/class/net/v1/flags /sys/class/net/br0/operstate
ip netns exec a cat /sys/class/net/nosuch/mtu
ip netns exec a wc -l /proc/net/dev
ip netns exec a wc /proc/net/route
ip netns exec a wc < /proc/net/route
ip netns exec a cat /proc/net/route
# the kernel would keep an entry without a device, and show it to a later namespace
ip -n a neigh del proxy 10.0.0.78
