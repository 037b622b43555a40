arp -n
ip link set lo up; ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02; ip link set v0 up; ip addr add 10.0.0.1/24 dev v0
ip netns add m; ip netns exec m sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1; ip link set v1 netns m; ip -n m addr add 10.0.0.2/24 dev v1; ip -n m link set v1 up
arp -n
arp -na
ping -c1 10.0.0.2 >/dev/null
arp -n
arp -an
arp -a -n
arp -ne
arp -n 10.0.0.2
arp -n 10.0.0.3
arp -an 10.0.0.2
arp -an 10.0.0.3
arp -n -i v0
arp -n -i v9
arp -s 10.0.0.9 02:00:00:00:00:09
arp -s 10.0.0.9 02:00:00:00:00:0a
arp -n | sort
arp -an | sort
ip neigh | grep 10.0.0.9
arp -i v0 -s 10.0.0.10 02:00:00:00:00:0b
arp -s 10.0.0.11 02:00:00:00:00:0c temp
ip neigh add proxy 10.0.0.13 dev v0
arp -n | sort
arp -an | sort
arp -nv | sort
arp -s 99.0.0.1 02:00:00:00:00:0b
arp -s 10.0.0.9 xx
arp -s 10.0.0.9
arp -s
arp -d 10.0.0.9
arp -d 10.0.0.9
arp -d 10.0.0.77
arp -d 99.0.0.1
arp -i v0 -d 10.0.0.10
arp -d
arp -n | sort
ping -c1 -W0.2 10.0.0.44 >/dev/null
arp -n | grep 44
arp -an | grep 44
arp -n -i v0 | sort
arp -x 2>/dev/null
arp -x 2>&1 | head -3
arp --foo 2>/dev/null
arp --foo 2>&1 | head -3
arp -n 10.0.0.2 extra
