ifconfig
ifconfig -a
ifconfig lo
ip link set lo up
ifconfig
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip netns add m; ip netns exec m sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1; ip link set v1 netns m; ip -n m addr add 10.0.0.2/24 dev v1
ifconfig
ifconfig -a
ifconfig v0
ifconfig v0 up; sleep 1.2
ifconfig v0
ip -n m link set v1 up; sleep 1.2
ifconfig v0
ifconfig v0 10.0.0.1 netmask 255.255.255.0
ifconfig v0
ip addr show v0
ip route
ping -c2 -i0.2 10.0.0.2 >/dev/null
ping -c1 -s 1400 10.0.0.2 >/dev/null
ping -c1 127.0.0.1 >/dev/null
ifconfig
ifconfig v0 10.0.0.3/16
ifconfig v0
ip addr show v0
ifconfig v0 netmask 255.255.255.128
ip addr show v0
ifconfig v0 broadcast 10.0.0.99
ip addr show v0
ifconfig v0 192.168.5.5
ip addr show v0
ifconfig v0 10.9.9.9
ip addr show v0
ifconfig v0 172.16.0.1 up
ip addr show v0
ifconfig v0 mtu 1400
ifconfig v0 mtu 10
ifconfig v0 mtu 2>/dev/null
ifconfig v0 mtu 2>&1 | head -2
ifconfig v0 mtu 99999
ifconfig v0 down
ifconfig
ifconfig -a
ifconfig v0 hw ether 02:00:00:00:00:07
ifconfig v0 hw ether 2>/dev/null
ifconfig v0 hw ether 2>&1 | head -2
ifconfig v0 promisc
ifconfig v0
ifconfig v0 -promisc
ifconfig v0 -arp
ifconfig v0
ifconfig v0 arp
ifconfig v0 txqueuelen 500
ifconfig v0
ifconfig v0 0.0.0.0; sleep 1.2
ip addr show v0
ifconfig v0
ifconfig nosuch
ifconfig nosuch up
ifconfig nosuch 10.0.0.1
ifconfig v0 10.0.0.1 netmask 255.255.255.0 up mtu 1300
ifconfig v0
ip addr show v0
ifconfig -x
ifconfig --foo
ifconfig -s
ifconfig -s v0
ip link add br0 type bridge; ip link set br0 address 02:00:00:00:00:0b; ip link set v0 master br0; ip link set br0 up; ip addr add 10.5.0.1/24 brd + dev br0
sleep 1.2; ifconfig br0
ifconfig v0
ip link add vx address 02:00:00:00:00:0c type vxlan id 5 dstport 8472 local 10.5.0.1; ip link set vx up
ifconfig vx
ip addr add 10.5.0.2/24 dev br0; ip addr add 10.6.0.1/24 dev br0
ifconfig br0
ip link add averyverylongde type veth peer name p9; ip link set averyverylongde up; ip link set averyverylongde address 02:00:00:00:00:0d
ifconfig averyverylongdexyz
ip link add v2 address 02:00:00:00:00:0e type veth peer name v10 address 02:00:00:00:00:0f; ip link set v2 up; ip link set v10 up; sleep 1.2
ifconfig | grep flags
ifconfig | grep -A1 v2:
ifconfig -a | grep -c flags
ifconfig v0 0.0.0.0 up
ifconfig v2 10.7.0.1 netmask 255.255.255.255
ip addr show v2
ifconfig v2 10.7.0.1 netmask 255.0.255.0
ip addr show v2
ip addr add 10.7.1.1/24 dev v2 label v2:1
ifconfig v2:1
ifconfig -s
ifconfig
netstat -i
netstat -ia
netstat -in
netstat -ni -t
netstat --interfaces --all
for n in veth87fdc7e9 veth4609dab1 w10 w9 w2z w10z x1y10 x1y9 p2.10 p2.9 p10.1 p3 z01 z1 z10 z010 z2; do ip link add $n type bridge; done
ifconfig -s -a | cut -c 1-20
ping -c 11 -i 0.01 -s 102 -q 127.0.0.1 > /dev/null; ifconfig lo | grep bytes
ping -c 9 -i 0.01 -s 1000 -q 127.0.0.1 > /dev/null; ifconfig lo | grep bytes
ping -c 1 -s 65000 -q 127.0.0.1 > /dev/null; ifconfig lo | grep bytes
ping -c 17 -i 0.01 -s 65000 -q 127.0.0.1 > /dev/null; ifconfig lo | grep bytes
