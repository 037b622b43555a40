ip link add u type veth peer name w
ip link add link u name x9 type vxlan id 5 dstport 8472
ip -o link show x9
ip link add link u name b9 type bridge
ip -o link show b9
ip link add link u name p9 type veth peer name q9
ip -o link show
ip link add link u name d9 type vxlan id 6 dstport 8472 dev w
ip -o link show d9
ip link add link nosuch name b8 type bridge
ip link add x2 mtu 5 type veth peer name y2
ip link add x3 type veth peer name y3 mtu 5
ip link add x4 mtu 70000 type bridge
ip link add x5 mtu 65535 type veth peer name y5
ip link add x6 mtu 65536 type veth peer name y6
ip link add x7 mtu 68 type bridge
ip link add x8 mtu 67 type bridge
ip link add v8 mtu 67 type vxlan id 8 dstport 8472
ip link add v9 mtu 68 type vxlan id 9 dstport 8472
ip link add va mtu 65535 type vxlan id 10 dstport 8472
ip link add vb mtu 65535 type vxlan id 11 dstport 8472 dev u
ip link add vc mtu 65536 type vxlan id 12 dstport 8472 dev u
ip link add z1 address 01:00:00:00:00:00 type bridge
ip link add z2 address 00:00:00:00:00:00 type bridge
ip link add z3 address 01:00:00:00:00:00 type veth peer name z4
ip link add z5 address 01:00:00:00:00:00 type vxlan id 20 dstport 8472
ip link add z6 master nosuch type veth peer name z7
ip link add z8 master u type veth peer name z9
ip -o link show
