sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link
ip -br link
ip -o link
ip link show dev lo
ip link set lo up
ip -br link
ip link add v0 type veth
ip link add v1 type veth peer name v2
ip link add name v3 address 02:00:00:00:00:03 mtu 1400 type veth peer name v4 address 02:00:00:00:00:04 mtu 1300
ip link add v1 type veth
ip link add br0 type bridge
ip link add br1 address 02:00:00:00:00:10 type bridge stp_state 0 ageing_time 1000
ip link add vx0 type vxlan id 1 dev v3 dstport 8472 local 10.0.0.1 nolearning
ip link add vx1 type vxlan id 2 dstport 4789
ip link add toolongdevicename type veth
ip link add "a/b" type veth
ip link add "" type veth
ip link add x0
ip link add type veth
ip link set v1 master br0
ip link set v3 master br1 up
ip link show master br0
ip link show type veth
ip link show type bridge
ip link show up
ip -br link show type vxlan
ip link set v1 up
ip link set v2 up
ip link set br0 up
ip link show v1
ip link show br0
ip link set v1 nomaster
ip link show v1
ip link set v1 mtu 900
ip link set v1 mtu 67
ip link set v1 mtu 100000
ip link set v1 mtu x
ip link set v1 address 02:11:22:33:44:55
ip link set v1 address 01:11:22:33:44:55
ip link set v1 address 02:11:22:33:44
ip link set v1 address xx
ip link set v1 name w1
ip link set v1 down
ip link set v1 name w1
ip link set w1 name v3
ip link set dev w1 up
ip link set w1 foo
ip link set nosuch up
ip link set
ip link set w1
ip link set w1 arp off
ip link set w1 arp on
ip link set w1 promisc on
ip link show w1
ip link set w1 promisc off
ip link set w1 txqueuelen 100
ip link show w1
ip link set w1 alias foo
ip link set w1 group 5
ip link set w1 master nosuch
ip link set w1 master lo
ip link set w1 type bridge_slave hairpin on
ip link set w1 master br0
ip link set w1 type bridge_slave hairpin on
ip link set w1 type bridge_slave isolated on learning off flood off
ip link set w1 type bridge_slave state 2
ip link set w1 type bridge_slave hairpin x
ip link set br0 type bridge ageing_time 500
ip link set br0 type bridge stp_state 0
ip link del v4
ip link show v3
ip link del nosuch
ip link del
ip link del lo
ip link delete w1
ip link d br0
ip l
ip lin sh lo
ip link sh dev nosuch
ip link show nosuch
ip link list lo
ip link lst lo
ip link foo
ip foo
ip -V
ip -4 link show lo
ip netns add a
ip link set v0 netns a
ip link show v0
ip -n a link show v0
ip -n a link
ip -n a -br link
ip -n nosuch link
ip link add p0 type veth peer name p1 netns a
ip link show p0
ip -n a link show p1
ip link set p0 netns nosuch
ip link add q0 netns a type veth peer name q1
ip -n a -br link show
ip -n a link set q0 up
ip link show q1
ip link set q1 up
ip link show q1
ip -n a link show q0
ip netns exec a ip link set lo up
ip -n a link del q0
ip link show q1
ip netns del a
ip -o -br link show lo
