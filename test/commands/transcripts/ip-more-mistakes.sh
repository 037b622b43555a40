ip link add v0 type veth peer name w0
ip addr add x dev v0
ip addr add 10.0.0 dev v0
ip addr add 10.0.0.1.1 dev v0
ip addr add 10.0.0.1/x dev v0
ip addr add 10.0.0.1/255.255.255.0 dev v0
ip addr add 10.9.0.1/255.0.255.0 dev v0
ip addr add 10.0.0.1/24 brd x dev v0
ip addr add 10.0.0.1/24 peer x dev v0
ip route add 10.6.0.0/16 via 10.0.0.x dev v0
ip route add 10.6.0.0/16 via inet 10.0.0.x dev v0
ip route add 10.6.0.0/16 via inet x dev v0
ip route add 10.6.0/16 dev v0
ip route add x dev v0
ip route add 10.6.0.0/16 src x dev v0
ip route add 10.6.0.0/16 src 10.9.9.9 dev v0
ip route add 10.6.0.0/16 dev v0 foo
ip route add 10.6.0.0/16 dev v0 mtu x
ip route add 10.6.0.0/16 dev v0 via 10.9.9.9
ip route add 10.6.0.0/40 dev v0
ip route add 10.6.0.0/16 dev v0 proto x
ip route add nosuch 10.6.0.0/16 dev v0
ip route add blackhole
ip route add unreachable 10.8.0.0/16
ip route add unreachable 10.8.0.0/16
ip route del unreachable 10.8.0.0/16 metric 5
ip route chg 10.8.0.0/16
ip route flush
ip route flush table 9999
ip route get 10.0.0.1 from x
ip route get 10.0.0.1 dev nosuch
ip route get 10.0.0.1 iif v0
ip route get 10.0.0.1 mark x
ip route show 10.8.0.0/16 via x
ip route show scope x
ip route show proto x
ip rule add from 10.0.0.0/8 table main pref 1
ip rule add from 10.0.0.0/8 table main pref 1
ip rule del from 10.0.0.0/8 table 77
ip rule add from 10.0.0.0/8 iif
ip rule add pref x
ip rule add to 10.0.0.0/99
ip rule add from all fwmark 1/x table 5
ip rule add nosuchaction
ip rule show foo
ip rule flush foo
ip neigh add 10.0.0.2 lladdr zz dev v0
ip neigh add 10.0.0.2 lladdr 1:2:3:4:5:6:7 dev v0
ip neigh add 10.0.0.2 lladdr 1:2 dev v0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0 foo
ip neigh add 10.0.0.2/24 lladdr 02:00:00:00:00:01 dev v0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0
ip neigh change 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0
ip neigh show dev nosuch
ip neigh show nud foo
ip neigh del 10.0.0.2
ip neigh flush dev nosuch
ip neigh foo
ip link set v0 arp maybe
ip link set v0 txqueuelen x
ip link set v0 type bridge_slave hairpin on
ip link set v0 nomaster foo
ip link set v0 netns
ip link set v0 alias x
ip link set dev
ip link add br0 type bridge
ip link add br0 type bridge
ip link set v0 master br0
ip link set v0 type bridge_slave hairpin
ip link set v0 type bridge_slave hairpin maybe
ip link set v0 type bridge_slave state 9
ip link set br0 type bridge ageing_time x
ip link set br0 master br0
ip link set br0 master v0
ip link show type nosuch
ip link show master nosuch
ip link show master v0
ip link show foo bar
ip link add name x1 type veth peer
ip link add x1 type veth peer name
ip link add x1 type veth peer name y1 netns nosuch
ip link add link nosuch name x9 type vxlan id 5 dstport 8472
ip link add x2 mtu 5 type veth peer name y2
ip link add x2 address zz type bridge
ip link add vx type vxlan id 4 dstport 8472 remote x
ip link add vx type vxlan id 4 dstport 8472 local x
ip link add vx type vxlan id 4 dstport x
ip link add vx type vxlan id 4 dstport 8472 ttl 999
ip link add vx type vxlan id 4 dstport 8472 ttl x
ip link add vx type vxlan id x dstport 8472
ip link add vx type vxlan dstport 8472
ip link add vx type veth foo
ip link del dev v0 type bridge
ip netns del
ip netns list foo
ip netns identify
