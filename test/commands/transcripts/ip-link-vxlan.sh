ip netns add a
ip netns add b
ip link add u type veth peer name w
ip link add v1 type vxlan id 1 dstport 8472 dev u
ip link add v2 type vxlan id 1 dstport 8472 dev w
ip link add v2 type vxlan id 1 dstport 8472 local 10.0.0.1
ip link add v2 type vxlan id 1 dstport 8472 remote 10.0.0.1
ip link add v2 type vxlan id 1 dstport 0
ip link add v2 type vxlan id 1
ip link add v2 netns a type vxlan id 1 dstport 8472
ip -n a link show v2
ip link add v1 type vxlan id 1 dstport 8472
ip link set v1 netns a
ip link add v2 type vxlan id 1 dstport 8472
ip -n a link add v3 type vxlan id 1 dstport 8472
ip -n a link add v3 type vxlan id 1 dstport 8472
ip -n a link del v1
ip link add v2 type vxlan id 1 dstport 8472
ip link set v2 netns b
ip netns del b
sleep 1
ip link add v5 type vxlan id 1 dstport 8472
ip link del v5
ip link add w0 type veth peer name w1; ip link set w0 up; ip netns add w
ip link add x1 type vxlan id 51 dstport 4801 remote 10.0.0.2 dev w0
ip link add x2 type vxlan id 52 dstport 4802 local 10.0.0.1 dev w0
ip link add x3 type vxlan id 53 dstport 4803 remote 10.0.0.3
bridge fdb append 00:00:00:00:00:00 dev x1 dst 10.0.0.9
bridge fdb append 00:00:00:00:00:00 dev x2 dst 10.0.0.9
bridge fdb add 02:00:00:00:00:01 dev x1 dst 10.0.0.7 port 99
bridge fdb show dev x1
bridge -j fdb show dev x1
bridge fdb | grep x
bridge fdb del 00:00:00:00:00:00 dev x1 dst 10.0.0.2; bridge fdb append 00:00:00:00:00:00 dev x1 dst 10.0.0.2
bridge fdb show dev x1
ip link add x4 type vxlan id 54 dstport 4804 remote 10.0.0.4 dev w0
ip link set x4 netns w
ip netns exec w bridge fdb show dev x4
ip netns exec w bridge -j fdb show dev x4
bridge fdb del 00:00:00:00:00:00 dev x1 dst 10.0.0.222
bridge fdb del 02:00:00:00:00:01 dev x1 dst 10.0.0.7
bridge fdb del 02:00:00:00:00:01 dev x1 dst 10.0.0.7 port 99
bridge fdb del 02:00:00:00:00:01 dev x1 dst 10.0.0.7 port 99
bridge fdb show dev x1
