sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
ip link add e0 address 02:00:00:00:00:01 type veth peer name e1 address 02:00:00:00:00:02
ip link set e0 up
ip link set e1 up
ip addr add 10.0.0.1/24 dev e0
ip addr add 10.9.0.1/24 dev e1
ip route
ip route add default via 10.0.0.254
ip route add default via 10.0.0.254
ip route add default via 10.0.0.253 metric 10
ip route add 10.1.0.0/16 dev e0
ip route add 10.1.0.0/16 dev e0
ip route add 10.2.0.0/16 via 10.0.0.2 dev e0 src 10.0.0.1 metric 5 mtu 1400
ip route add 10.3.0.0/16 via 10.77.0.1
ip route add 10.3.0.0/16 via 10.77.0.1 dev e0 onlink
ip route add 10.4.0.1/16 dev e0
ip route add 10.4.0.1 dev e0 scope host
ip route add 10.5.0.0/16 dev nosuch
ip route add 10.5.0.0/16
ip route add 10.5.0.0/16 via x
ip route add 10.5.0.0/16 dev e0 src 10.99.0.1
ip route add 10.5.0.0/16 foo
ip route add unreachable 10.6.0.0/16
ip route add blackhole 10.7.0.0/16
ip route add prohibit 10.8.0.0/16
ip route add throw 10.10.0.0/16
ip route add local 10.11.0.0/16 dev lo
ip route add broadcast 10.12.0.255 dev e0
ip route add 10.13.0.0/16 proto static dev e0
ip route add 10.13.1.0/24 proto 17 dev e0
ip route add 10.14.0.0/16 dev e0 table 100
ip route add 10.14.0.0/16 dev e0 table foo
ip route add 10.14.1.0/24 dev e0 table main
ip route add 10.16.0.0/16 dev e0 tos 0x10
ip route add 10.17.0.0/16 dev e0 advmss 1000
ip route add 10.18.0.0/16 via inet 10.0.0.2
ip route append 10.1.0.0/16 via 10.0.0.9
ip route prepend 10.1.0.0/16 via 10.0.0.8
ip route change 10.2.0.0/16 via 10.0.0.3
ip route change 10.99.0.0/16 via 10.0.0.3
ip route replace 10.2.0.0/16 via 10.0.0.4
ip route replace 10.98.0.0/16 via 10.0.0.4
ip route
ip route show table all
ip route show table 100
ip route show table local
ip route show table 200
ip route show dev e0
ip route show 10.1.0.0/16
ip route show to 10.1.2.3
ip route show root 10.0.0.0/8
ip route show match 10.1.2.3
ip route show exact 10.1.0.0/16
ip route show via 10.0.0.254
ip route show proto static
ip route show proto kernel
ip route show scope link
ip route show type unreachable
ip route show default
ip route show src 10.0.0.1
ip route show metric 5
ip route list
ip -d route show
ip -o route
ip -br route
ip r
ip ro sh
ip route ls
ip route get 10.1.2.3
ip route get 8.8.8.8
ip route get 10.0.0.1
ip route get 127.0.0.1
ip route get 10.6.0.1
ip route get 10.7.0.1
ip route get 10.8.0.1
ip route get 10.0.0.255
ip route get 224.0.0.1
ip route get 255.255.255.255
ip route get 10.1.2.3 from 10.0.0.1
ip route get 10.1.2.3 from 10.88.0.1
ip route get 10.1.2.3 from 10.0.0.5 iif e0
ip route get 10.1.2.3 oif e1
ip route get 10.1.2.3 mark 5
ip route get 10.14.0.1
ip route get 10.15.0.1
ip route get to 10.2.0.1
ip route get
ip route get x
ip route get fibmatch 10.1.2.3
ip route del 10.1.0.0/16
ip route del 10.1.0.0/16
ip route del 10.1.0.0/16
ip route del 10.1.0.0/16
ip route del 10.6.0.0/16
ip route del unreachable 10.6.0.0/16
ip route del default
ip route del default
ip route del default
ip route del 10.2.0.0/16 via 10.0.0.99
ip route del 10.2.0.0/16 metric 7
ip route del 10.0.0.0/24
ip route del 10.14.0.0/16 table 100
ip route flush table 100
ip route flush 10.13.0.0/16
ip route flush root 10.13.0.0/16
ip route flush dev e1
ip route flush proto static
ip route flush
ip route flush cache
ip route flush nosuch
ip route
ip route show cache
ip route foo
ip rule
ip rule add from 10.0.0.0/24 table 100
ip rule add from 10.0.0.0/24 table 100
ip rule add to 10.1.0.0/16 lookup 101 pref 1000
ip rule add fwmark 1 table 102
ip rule add fwmark 0x10/0xff table 103 priority 500
ip rule add iif e0 table 104
ip rule add oif e0 table 105
ip rule add not from 10.0.0.0/8 table 106
ip rule add from 10.0.0.1 prohibit
ip rule add unreachable
ip rule add blackhole to 10.9.9.9
ip rule add tos 0x10 table 107
ip rule add from 1.2.3.4 goto 32766
ip rule add from 1.2.3.5 nop
ip rule add ipproto tcp dport 80 table 108
ip rule add ipproto udp sport 100-200 table 109
ip rule add from all lookup main suppress_prefixlength 0
ip rule add table
ip rule add foo
ip rule add from x table 5
ip rule add
ip rule add from all
ip rule
ip rule show
ip rule list table 100
ip rule show pref 1000
ip -d rule
ip -4 rule
ip rule del from 10.0.0.0/24 table 100
ip rule del from 10.0.0.0/24
ip rule del from 10.0.0.0/24
ip rule del pref 1000
ip rule del pref 999
ip rule del fwmark 1
ip rule del table 104
ip rule del
ip rule flush
ip rule
ip rule add pref 0 lookup local
ip rule add pref 32766 lookup main
ip rule add lookup default pref 32767
ip rule
ip rule foo
