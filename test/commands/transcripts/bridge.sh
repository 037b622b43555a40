ip link add br0 type bridge
ip link set br0 address 02:00:00:00:00:01
ip link add p0 address 02:00:00:00:00:02 type veth peer name q0 address 02:00:00:00:00:03
ip link add p1 address 02:00:00:00:00:04 type veth peer name q1 address 02:00:00:00:00:05
ip link set p0 master br0
bridge fdb
bridge link
for d in br0 p0 q0 p1 q1; do ip link set $d up; done
bridge link
bridge link show dev p0
bridge -d link show dev p0
bridge link set dev p0 hairpin on isolated on learning off flood off mcast_flood off bcast_flood off
bridge -d link show
bridge link set dev p1 hairpin on
bridge link set dev nosuch hairpin on
bridge link set hairpin on
bridge link set dev p0 hairpin maybe
bridge link set dev p0 state blocking
bridge link
bridge link set dev p0 state 3
bridge link set dev p0 state nosuch
bridge link foo
bridge foo
bridge fdb foo
bridge fdb show
bridge fdb show br br0
bridge fdb show dev p0
bridge fdb show brport p0
bridge fdb show p0
bridge fdb show dev nosuch
bridge fdb show br nosuch
bridge fdb add 02:00:00:00:00:10 dev p0 master
bridge fdb add 02:00:00:00:00:10 dev p0 master
bridge fdb add 02:00:00:00:00:11 dev p0 master static
bridge fdb add 02:00:00:00:00:12 dev p0 master dynamic
bridge fdb add 2:0:0:0:0:13 dev p0 master temp
bridge fdb replace 02:00:00:00:00:13 dev p0 master dynamic
bridge fdb show dev p0
bridge fdb del 02:00:00:00:00:11 dev p0 master
bridge fdb del 02:00:00:00:00:11 dev p0 master
bridge fdb add 02:00:00:00:00:10 dev p1 master
bridge fdb add 02:00:00:00:00:10 dev nosuch master
bridge fdb add 02:00:00:00:00 dev p0 master
bridge fdb add 02:00:00:00:00:10 02:00:00:00:00:11 dev p0 master
bridge fdb add dev p0 master
bridge fdb add 02:00:00:00:00:10 master
bridge fdb add to 02:00:00:00:00:20 dev p0 master static
bridge fdb flush dev br0
bridge fdb show br br0
ip link set p1 master br0
bridge fdb show br br0
ip link set p0 nomaster
bridge fdb show br br0
ip link set p0 down
bridge fdb show dev p0
ip addr add 10.0.0.1/24 dev br0
ip link add flannel.1 type vxlan id 1 local 10.0.0.1 dev br0 dstport 8472 nolearning
bridge fdb append 02:00:00:00:01:00 dev flannel.1 dst 10.0.0.2
bridge fdb append 02:00:00:00:01:00 dev flannel.1 dst 10.0.0.2
bridge fdb append 02:00:00:00:01:00 dev flannel.1 dst 10.0.0.3
bridge fdb add 02:00:00:00:01:00 dev flannel.1 dst 10.0.0.3
bridge fdb replace 02:00:00:00:01:00 dev flannel.1 dst 10.0.0.4 port 4789 vni 7
bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 10.0.0.5
bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 10.0.0.6
bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 10.0.0.6
bridge fdb replace 00:00:00:00:00:00 dev flannel.1 dst 10.0.0.7
bridge fdb add 02:00:00:00:01:01 dev flannel.1
bridge fdb add 02:00:00:00:01:01 dev flannel.1 dst 10.0.0.300
bridge fdb add 02:00:00:00:01:01 dev flannel.1 dst 10.0.0.3 port http
bridge fdb add 02:00:00:00:01:01 dev flannel.1 dst 10.0.0.3 vni x
bridge fdb show dev flannel.1
bridge fdb del 00:00:00:00:00:00 dev flannel.1 dst 10.0.0.5
bridge fdb show dev flannel.1
bridge fdb del 02:00:00:00:01:00 dev flannel.1
bridge fdb del 02:00:00:00:01:00 dev flannel.1
bridge fdb show dev flannel.1
ip link del br0
bridge fdb
ip netns add x
bridge -n x fdb
bridge -n y fdb
