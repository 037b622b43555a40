ip link add br0 type bridge
ip link add v0 type veth peer name w0
ip link set v0 master br0
bridge foo
bridge fdb foo
bridge fdb add
bridge fdb add 02:00:00:00:00:01
bridge fdb add 02:00:00:00:00:01 dev nosuch
bridge fdb add zz dev v0
bridge fdb add 02:00:00:00:00:01 dev w0 master
bridge fdb add 02:00:00:00:00:01 dev v0 foo
bridge fdb add 02:00:00:00:00:01 dev v0 master
bridge fdb add 02:00:00:00:00:01 dev v0 master
bridge fdb del 02:00:00:00:00:02 dev v0 master
bridge fdb show br nosuch
bridge fdb show dev nosuch
bridge fdb show foo
bridge fdb show brport v0
bridge link set
bridge link set dev nosuch hairpin on
bridge link set dev v0 hairpin maybe
bridge link set dev v0 hairpin
bridge link set dev w0 hairpin on
bridge link set dev v0 state 9
bridge link set dev v0 cost x
bridge link show dev nosuch
bridge link show nosuch
bridge -n nosuch link
bridge link foo
ip link set v0 master br0
bridge link set dev v0 cost 0
bridge link set dev v0 cost 65535
bridge link set dev v0 cost 65536
bridge link set dev v0 cost 200000
bridge link set dev v0 priority 63
bridge link set dev v0 priority 64
bridge link show
ip link set v0 type bridge_slave priority 8 cost 100
bridge link show
ip link set v0 type bridge_slave priority 64
ip link set v0 type bridge_slave cost 0
ip link set v0 type bridge_slave cost 4294967296
ip link set v0 type bridge_slave cost 65536
bridge link show
ip link set v0 nomaster
ip link set v0 master br0
bridge link show
ip link add x1 type vxlan id 1 dstport 8472
ip link add x2 type vxlan id 2 dstport 8472 dev w0
ip link set x1 master br0
ip link set x2 master br0
bridge link show dev x1
bridge link show dev x2
bridge link show dev
bridge link show dev nosuch
bridge link show nosuch
bridge -n
bridge link set dev v0 cost x
bridge link set dev v0 priority x
bridge link set dev v0 priority 12x
bridge link
