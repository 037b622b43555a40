sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
ip link add e0 address 02:00:00:00:00:01 type veth peer name e1 address 02:00:00:00:00:02
ip link set e0 up
ip link set e1 up
ip addr add 10.0.0.1/24 dev e0
ip addr add 10.0.0.1/24 dev e0
ip addr add 10.0.0.2/24 dev e0
ip addr add 10.0.1.1/24 brd + dev e0
ip addr add 10.0.2.1/24 brd 10.0.2.200 dev e0 label e0:x
ip addr add 10.0.3.1/24 broadcast - dev e0
ip addr add 10.0.4.1/32 dev e0 scope link
ip addr add 10.0.5.1 peer 10.0.5.2/32 dev e0
ip addr add local 10.0.6.1/24 dev e0 noprefixroute
ip addr add 10.0.8.1/24
ip addr add 10.0.8.1/33 dev e0
ip addr add 10.0.8.256/24 dev e0
ip addr add 10.0.8 dev e0
ip addr add 10.8/16 dev e0
ip addr add x dev e0
ip addr add 10.0.8.1/24 dev nosuch
ip addr add 10.0.8.1/24 dev e0 label foo
ip addr add 10.0.8.1/24 dev e0 scope foo
ip addr add 10.0.8.1/24 dev e0 foo
ip addr add 0.0.0.0/24 dev e0
ip addr add 224.0.0.1/24 dev e0
ip addr add 127.0.0.2/8 dev lo
ip addr show
ip addr show dev e0
ip -4 addr show e0
ip -br addr
ip -br -4 addr show dev e0
ip -o addr
ip -4 -o addr show dev e0
ip a s e0
ip addr show to 10.0.0.0/24
ip addr show scope link
ip addr show primary
ip addr show secondary
ip addr show up
ip addr show nosuch
ip addr show dev
ip addr del 10.0.0.1/24 dev e0
ip -4 addr show e0
ip addr del 10.0.0.1/24 dev e0
ip addr del 10.0.1.1 dev e0
ip addr del 10.0.2.1/24
ip addr del 10.0.99.1/24 dev e0
ip addr replace 10.0.9.1/24 dev e0
ip addr replace 10.0.9.1/24 dev e0
ip addr flush dev e0
ip addr flush
ip addr flush dev nosuch
ip addr flush dev e0 scope global
ip -4 addr show e0
ip addr add 10.1.0.1/24 dev e0
ip addr add 10.1.0.2/24 dev e0
ip addr flush dev e0 to 10.1.0.0/24
ip addr show e0
ip addr foo
ip address add 10.2.0.1/24 dev e1
ip ad sh e1
ip -4 a show dev e1
ip -n nosuch addr
