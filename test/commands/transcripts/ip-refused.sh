ip link add v0 type veth peer name w0
ip route flush table 9999
ip route flush table 5
ip route show table 9999
ip route flush table nosuch
ip route flush cache
ip route flush dev v0
ip route flush all
ip route flush table all
ip route flush root 10.0.0.0/8
ip route flush proto static
ip route flush table 9999 proto static
ip link add br0 type bridge
ip link add br1 type bridge
ip link set br0 type bridge ageing_time x
ip link set br0 type bridge ageing_time -1
ip link set br0 type bridge ageing_time
ip link set v0 type bridge_slave hairpin x
ip link set v0 master br0
ip link set v0 type bridge_slave cost x
ip link set br0 master br0
ip link set br0 master br1
ip link set lo master br0
ip link show master nosuch
ip link show foo bar
ip link show dev v0 dev w0
ip link show v0 w0
ip addr show v0 w0
ip addr show master nosuch
ip link add link nosuch name x9 type vxlan id 5 dstport 8472
ip link add link v0 name x9 type vxlan id 5 dstport 8472
ip link add link v0 name x8 type bridge
ip link add link nosuch name x7 type veth peer name y7
ip link add x2 mtu 5 type veth peer name y2
ip link add x2 type veth peer name y2 mtu 5
ip link add x3 mtu 99999999 type veth peer name y3
ip link add x4 mtu 5 type bridge
ip link add x5 mtu 99999999 type bridge
ip link add x6 mtu 99999999 type vxlan id 55 dstport 8472
ip link add x7 mtu 5 type vxlan id 56 dstport 8472
ip link add vx type vxlan id 4 dstport 8472 ttl 999
ip link add vx type vxlan id 4 dstport 8472 ttl x
ip link add vx type vxlan id 4 dstport 8472 ttl
ip link add vx type vxlan id 4 dstport 8472 tos x
ip link add vx type vxlan id 4 dstport 8472 tos 999
ip link add vx type vxlan id 4 dstport 8472 df x
ip link add vx type vxlan dstport 8472
ip link add vx type vxlan nolearning
ip link add vx type vxlan id
ip link del dev br1 type veth
ip link del v0 type nosuch
ip link del dev lo type bridge
ip link del w0 foo
ip link set w0 arp maybe
ip link set w0 promisc maybe
ip link set w0 multicast maybe
ip addr add 10.0.0.1/24 peer x dev br0
ip route get 10.0.0.1 from x
ip route get 10.0.0.1 mark x
ip rule show foo
ip rule flush foo
ip rule add foo
ip rule list from x
ip rule show table nosuch
ip rule show pref x
ip neigh add 10.0.0.2 lladdr 1:2:3:4:5:6:7 dev br0
ip neigh show
ip neigh add 10.0.0.3 lladdr 1:2 dev br0
ip neigh add 10.0.0.3 lladdr zz dev br0
ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:01 dev br0 foo
ip neigh add 10.0.0.3 10.0.0.4 lladdr 02:00:00:00:00:01 dev br0
ip neigh replace 10.0.0.2 lladdr 1:2 dev br0
ip neigh del 10.0.0.2 lladdr 1:2 dev br0
ip route add default via x
ip route add via x
ip route add 10.5.0.0/16 via x
ip route add 10.5.0.0/16 via 1.2.3
ip -n
