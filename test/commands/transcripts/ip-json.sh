ip -j link
ip -j addr
ip -j route
ip -j rule
ip -j neigh
ip -j netns
ip link set lo up
ip link add e0 address 02:00:00:00:00:01 type veth peer name e1 address 02:00:00:00:00:02
ip netns add n1
ip netns add n2
ip link add f0 address 02:00:00:00:00:03 type veth peer name f1 netns n1 address 02:00:00:00:00:04
ip link add br0 address 02:00:00:00:00:05 type bridge
ip link set e1 master br0
ip link add vx0 address 02:00:00:00:00:06 type vxlan id 1 local 10.0.0.1 dev e0 dstport 8472 nolearning
ip link add vx1 address 02:00:00:00:00:07 type vxlan id 42 remote 10.0.0.9 dstport 4789 ttl 5 tos 0x10 df set
ip link add vx2 address 02:00:00:00:00:08 type vxlan id 43 dstport 0 ttl inherit tos inherit df inherit
ip link set e0 up
ip link set e1 up
ip link set br0 up
ip link set vx0 up
ip addr add 10.0.0.1/24 dev e0
ip addr add 10.0.0.2/24 dev e0
ip addr add 10.0.5.1 peer 10.0.5.2/32 dev e0 noprefixroute
ip addr add 10.0.1.1/24 brd + dev br0 label br0:1
ip addr add 10.0.2.1/24 dev br0 metric 7
ip route add 10.5.0.0/16 via 10.0.0.7 metric 5 mtu lock 1400 advmss 1000
ip route add default via 10.0.0.254 src 10.0.0.1 proto static
ip route add unreachable 10.6.0.0/16
ip route add 10.7.0.0/16 via 192.168.1.1 dev e0 onlink table 100
ip route add 10.8.0.0/16 dev e0 tos 0x10
ip rule add from 10.9.0.0/16 to 10.8.0.0/24 fwmark 0x10/0xff iif e0 tos 0x10 lookup 100 pref 100
ip rule add oif nosuch ipproto tcp dport 80-90 sport 5 uidrange 0-10 lookup main suppress_prefixlength 0 pref 101
ip rule add pref 102 prohibit
ip rule add pref 103 goto 200
ip rule add not from 10.1.2.3 lookup 100 pref 104
ip rule add from 10.1.2.4 fwmark 0x5 lookup 100 pref 105 protocol static
ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:aa dev e0
ip neigh add proxy 10.0.0.52 dev e0
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.77
bridge fdb append 02:00:00:00:00:cc dev vx0 dst 10.0.0.78 port 99 vni 7
bridge fdb add 02:00:00:00:00:cd dev e1 master dynamic
ip -j link
ip -p -j link
ip -j -d link
ip -j -d -p link show e1
ip -j -p -d link show type bridge
ip -j -s link show e0
ip -j -s -p link show lo
ip -j -br link
ip -j -br -p link
ip -j link show up
ip -j -p link show up
ip -j -br link show up
ip -j link show master br0
ip -j link show type vxlan
ip -j link show nosuch
ip -j addr
ip -j -p addr
ip -j -d addr
ip -j -4 addr
ip -j -4 -d addr show e0
ip -j addr show up
ip -j addr show dev br0
ip -j addr show to 10.0.0.0/24
ip -j -s addr show e0
ip -j -br addr
ip -j -br -p addr show e0
ip -4 -br -j addr
ip -j route
ip -j -p route
ip -j -d route
ip -j route show table all
ip -j route show table 100
ip -j route show table 9
ip -j route show match 10.5.1.1
ip -j route show dev e0
ip -j route show 77.0.0.0/8
ip -j -br route
ip -j -o route
ip -j rule
ip -j -p rule
ip -j -d rule
ip -j rule show pref 77
ip -j neigh
ip -j -p neigh
ip -j -br neigh
ip -j neigh show dev e0
ip -j neigh show proxy
ip -j neigh show nud stale
ip neigh replace 10.0.0.50 dev e0 nud failed
ip -j neigh
ip -j -br neigh
ip neigh replace 10.0.0.50 lladdr 02:00:00:00:00:aa dev e0 nud noarp
ip -j neigh show nud all
ip -j neigh get 10.0.0.50 dev e0
ip -j netns
ip -j -p netns
ip -n n2 -j netns
ip -n n1 -j link
ip -json -pretty -n n1 link show f1
bridge -j link
bridge -j -p link
bridge -j -d link
bridge -j fdb
bridge -j -p fdb
bridge -j fdb show dev vx0
bridge -j fdb show br br0
bridge -j -p fdb show dev vx0
ip -j -p route show dev br0
ip -j link set e0 down
ip -j route add 10.99.0.0/16 dev e0
ip -j link show e0
ip netns del n1
ip netns del n2
ip -j netns
