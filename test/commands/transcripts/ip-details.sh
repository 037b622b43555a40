ip link set lo up
ip link add e0 address 02:00:00:00:00:01 type veth peer name e1 address 02:00:00:00:00:02
ip netns add n1
ip link add f0 address 02:00:00:00:00:03 type veth peer name f1 netns n1 address 02:00:00:00:00:04
ip link add br0 address 02:00:00:00:00:05 type bridge
ip -d link show br0
ip link set e1 master br0
ip link add vx0 address 02:00:00:00:00:06 type vxlan id 1 local 10.0.0.1 dev e0 dstport 8472 nolearning
ip link add vx1 address 02:00:00:00:00:07 type vxlan id 42 remote 10.0.0.9 dstport 4789 ttl 5 tos 0x10 df set
ip link add vx2 address 02:00:00:00:00:08 type vxlan id 43 dstport 0 ttl inherit tos inherit df inherit
ip link add br1 type bridge forward_delay 400 hello_time 300 max_age 1000 priority 4096 ageing_time 1000 mcast_snooping 0
ip link add v1 address 02:00:00:00:00:0a mtu 1000 type veth peer name v2 address 02:00:00:00:00:0b
ip link set v1 master br1
ip link set v2 up
ip link set v1 up
ip -d link show v1
ip -d link show br1
ip link set br1 type bridge hello_time 5
ip link set br1 type bridge max_age 5
ip link set br1 type bridge priority 65536
ip link set e0 up
ip link set e1 up
ip link set br0 up
ip link set vx0 up
ip addr add 10.0.0.1/24 dev e0
ip addr add 10.0.0.2/24 dev e0
ip addr add 10.0.5.1 peer 10.0.5.2/32 dev e0 noprefixroute
ip addr add 10.0.1.1/24 brd + dev br0 label br0:1
ip addr add 10.0.2.1/24 dev br0 metric 7
ip link set e1 type bridge_slave hairpin on isolated on learning off priority 5 cost 9
ip -d link
ip -d addr
ip -d -o link
ip -d -o addr
ip -d -br link
ip -d -br addr
ip -d -4 addr show e0
ip -d -s link show vx0
ip -s link
ip -s link show dev f0
ip -s -o link show e0
ip -s addr show e1
ip -s -4 addr show lo
ip -s -o addr
ip -s -br link
ip -s -br addr
ip -p link show e0
ip -s route
ip -s rule
ip -d rule
ip -d route
ip -d route show table all
ip -d netns
ip -br neigh
ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:aa dev e0
ip -br neigh
ip -br neigh show dev e0
ip -d neigh
ip neigh replace 10.0.0.50 dev e0 nud failed
ip -4 -br neigh show nud all
ip -d neigh get 10.0.0.50 dev e0
ip link set e0 promisc on
ip -d link show e0
ip link set e1 nomaster
ip -d link show br0
ip -d link show e1
ip link set v1 nomaster
ip -d link show br1
bridge -d link
bridge -o -d link
bridge link
bridge -s link
