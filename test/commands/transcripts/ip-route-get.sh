ip link set lo up
ip link add e0 address 02:00:00:00:00:01 type veth peer name e1 address 02:00:00:00:00:02
ip link set e0 up
ip link set e1 up
ip addr add 10.0.0.1/24 dev e0
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.e0.rp_filter=0 net.ipv4.conf.e1.rp_filter=0
ip route get 10.0.0.2
ip route get 9.9.9.9
ip route add 10.5.0.0/16 via 10.0.0.7 metric 5 mtu lock 1400 advmss 1000
ip route add default via 10.0.0.254 src 10.0.0.1 proto static
ip route add unreachable 10.6.0.0/16
ip route add blackhole 10.66.0.0/16
ip route add prohibit 10.67.0.0/16
ip route add throw 10.68.0.0/16
ip route add 10.7.0.0/16 via 192.168.1.1 dev e0 onlink table 100
ip rule add fwmark 0x10/0xff lookup 100 pref 100
ip route get 10.0.0.1
ip route get 127.0.0.1
ip route get 127.0.0.5
ip route get 10.0.0.2
ip route get 10.5.1.2
ip route get 8.8.8.8
ip route get 10.6.1.1
ip route get 10.66.1.1
ip route get 10.67.1.1
ip route get 10.68.1.1
ip route get 10.7.1.1 mark 16
ip route get 10.7.1.1 mark 0x10
ip route get 10.7.1.1 mark 5
ip route get 8.8.8.8 from 10.0.0.1
ip route get 8.8.8.8 from 10.0.0.9
ip route get 8.8.8.8 from 10.0.0.9 iif e0
ip route get 8.8.8.8 from 10.9.0.9 iif e0
ip route get 8.8.8.8 from 10.9.0.9 iif e1
ip route get 10.5.0.1 from 10.9.0.9 iif e1
ip route get 10.0.0.1 from 10.0.0.9 iif e0
ip route get 10.6.0.1 from 10.9.0.9 iif e1
ip route get 10.0.0.9 from 10.0.0.1 iif e1
ip route get 10.0.0.9 iif e1
ip route get 10.0.0.255 from 10.0.0.9 iif e0
ip route get 8.8.8.8 from 127.0.0.1 iif e0
ip route get 8.8.8.8 from 10.0.0.1 iif lo
ip route get 8.8.8.8 oif e1
ip route get 8.8.8.8 oif nosuch
ip route get 8.8.8.8 iif nosuch
ip route get 8.8.8.8 oif lo
ip route get 8.8.8.8 dev e0
ip route get 10.0.0.255
ip route get 255.255.255.255
ip route get 255.255.255.255 oif e1
ip route get 224.0.0.1
ip route get 224.0.0.1 oif e1
ip route get 0.0.0.0
ip route get 10.0.0.0/24
ip route get 8.8.8.8/8
ip route get default
ip route get 8.8.8.8 fibmatch
ip route get fibmatch 10.5.1.1
ip route get fibmatch 10.0.0.1
ip -d route get fibmatch 10.5.1.1
ip route get 8.8.8.8 via 10.0.0.3
ip route get nosuch.host
ip route get 8.8.8.8 8.8.4.4
ip route get to 8.8.8.8
ip route get
ip route get 8.8.8.8 uid 1000
ip route get 8.8.8.8 uid x
ip route get 8.8.8.8 tos 0x10
ip route get 8.8.8.8 dsfield CS1
ip route get 8.8.8.8 dsfield x
ip route get 8.8.8.8 ipproto tcp sport 5 dport 80
ip route get 8.8.8.8 ipproto icmp
ip route get 8.8.8.8 ipproto foo
ip route get 8.8.8.8 sport x
ip route get 8.8.8.8 dport 99999
ip route get 8.8.8.8 from x
ip route get 8.8.8.8 from
ip route get 8.8.8.8 mark
ip -j route get 8.8.8.8
ip -j -p route get 8.8.8.8
ip -j route get 10.5.1.1
ip -j route get 10.0.0.1
ip -j route get 10.0.0.255
ip -j route get 224.0.0.1
ip -j route get 10.6.0.1
ip -j route get 8.8.8.8 mark 3
ip -j route get 8.8.8.8 from 10.9.0.9 iif e1
ip -j route get 8.8.8.8 from 10.0.0.9 iif e0
ip -j route get 8.8.8.8 fibmatch
ip -d route get 8.8.8.8
ip -d -j route get 8.8.8.8
ip -d route get 10.0.0.1
ip -o route get 8.8.8.8
ip -o route get 10.5.0.1
ip route show match 10.5.1.1
ip route show match 10.5.0.0/16
ip route show exact 10.5.0.0/16
ip route show exact default
ip route show root 10.0.0.0/8
ip route show root 10.5.0.0/24
ip route show to 10.5.0.0/16
ip route show 10.5.0.0/16
ip route show to root 10.0.0.0/8
ip route show to match 10.5.1.1
ip route show to exact 10.5.0.0/16
ip route show match 8.8.8.8
ip route show match
ip route show exact
ip route show root x
ip route show 10.5.1.1
ip route show default
ip route show table all match 10.5.1.1
ip route show table local match 10.0.0.1
ip route show dev e0 match 10.5.0.1
ip route show type unreachable
ip route show unreachable
ip route show scope link
ip route show proto static
ip route show via 10.0.0.7
ip route show match 10.5.1.1 exact 10.5.0.0/16
