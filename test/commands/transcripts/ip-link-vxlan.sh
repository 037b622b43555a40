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
