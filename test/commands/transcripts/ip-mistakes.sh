ip link add v0 type veth peer name w0
ip addr add dev v0
ip addr del dev v0
ip addr add 10.0.0.1/24
ip addr add 10.0.0.1/24 v0
ip addr add 10.0.0.1/33 dev v0
ip addr add 10.0.0.256/24 dev v0
ip addr add 10.0.0.1/24 dev nosuch
ip addr add 10.0.0.1/24 dev
ip addr add 10.0.0.1/24 dev v0 foo
ip addr add 10.0.0.1/ dev v0
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.1/24 dev v0
ip addr del 10.0.0.9/24 dev v0
ip addr dell 10.0.0.1/24 dev v0
ip addr show dev nosuch
ip addr show nosuch
ip add
ip adress
ip -foo addr
ip link set
ip link set v0
ip link set v0 upp
ip link set up
ip link set dev v0 up foo
ip link set nosuch up
ip link set v0 master nosuch
ip link set v0 master w0
ip link set v0 mtu x
ip link set v0 mtu 10
ip link set v0 mtu 99999999
ip link set v0 mtu
ip link set v0 address 1:2
ip link set v0 address 01:00:00:00:00:00
ip link set v0 netns nosuch
ip link set v0 name w0
ip link set v0 name averyveryverylongname
ip link add
ip link add br0
ip link add br0 type
ip link add br0 type nosuch
ip link add br0 bridge
ip link add averyveryverylongname type bridge
ip link add a/b type bridge
ip link add v0 type veth peer w1
ip link add v2 type veth peer name v0
ip link add v2 type veth per name w2
ip link del
ip link del nosuch
ip link del lo
ip link delete v0 w0
ip link add vx type vxlan
ip link add vx type vxlan id
ip link add vx type vxlan id 99999999
ip link add vx type vxlan id 1 dstport 99999
ip link add vx type vxlan id 1 dev nosuch
ip link show nosuch
ip link sho lo
ip link list lo
ip route add default
ip route add default via 10.9.9.9
ip route add default via x
ip route add 10.0.0.1/24 dev v0
ip route add 10.5.0.0/16
ip route add 10.5.0.0/16 dev nosuch
ip route add 10.5.0.0/16 dev lo via
ip route add 10.5.0.0/16 dev lo metric x
ip route add 10.5.0.0/16 dev lo table x
ip route add 10.5.0.0/16 dev lo scope x
ip route del 10.99.0.0/16
ip route delete default
ip route get
ip route get x
ip route get 8.8.8.8
ip route show table x
ip route show dev nosuch
ip rout
ip route foo
ip rule add
ip rule add from x
ip rule add fwmark x
ip rule add table
ip rule del
ip rule del pref 9
ip rule add from 10.0.0.0/8 tabel 5
ip neigh add
ip neigh add 10.0.0.2 dev v0
ip neigh add 10.0.0.2 lladdr 1:2 dev v0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:01
ip neigh del 10.0.0.3 dev v0
ip neigh add x dev v0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:01 dev v0 nud foo
ip neigh flush
ip netns add
ip netns add a
ip netns add a
ip netns add a/b
ip netns del nosuch
ip netns exec
ip netns exec nosuch true
ip netns exec a
ip netns foo
ip -n nosuch link
ip -n
ip addr add dev v0
ip addr del dev v0
ip -4 addr add dev v0
ip -4 addr del dev v0
ip addr add dev v0 broadcast 10.0.0.255
ip addr add dev v0 peer 10.0.0.255
ip addr add dev v0 brd +
ip addr add dev v0 label v0:1
ip addr add dev v0 scope host
ip addr replace dev v0
ip addr change dev v0
ip addr del dev v0 peer 10.0.0.255
ip addr del dev v0 broadcast 10.0.0.255
ip addr del dev v0 label v0
ip addr change 10.0.0.1/24 dev v0
ip addr chg 10.0.0.1/24 dev v0
ip addr ch 10.0.0.1/24 dev v0
ip addr rep 10.0.0.1/24 dev v0
ip -4 -o addr show dev v0
ip -one -4 addr show v0
ip -fam inet -o addr show v0
ip -foo addr
ip --oneline -4 addr show v0
ip -x
ip -4o addr
ip -o4 addr
ip addr flush dev w0
ip addr add 10.1.0.1/24 dev w0
ip addr add 10.2.0.1/24 dev w0
ip addr add 10.3.0.1 peer 10.3.0.2/24 dev w0
ip -4 addr del dev w0 peer 10.2.0.9/16
ip -4 addr del dev w0 peer 10.2.0.9/24
ip -4 -o addr show dev w0
ip addr del dev w0 broadcast 10.9.9.9
ip -4 -o addr show dev w0
