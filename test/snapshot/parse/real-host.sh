# A namespace with every kind of link, route, rule, neighbour and forwarding entry that this kernel has. What it lacks fails in silence:
# other kernels print more.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns
ip netns add peer
ip netns add other
for name in '' '-n peer' '-n other'; do ip $name link set lo up; done
sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.disable_ipv6=0
ip link add eth0 address 0a:00:00:00:00:01 type veth peer name eth0p address 0a:00:00:00:00:02 netns peer
ip -n peer link set eth0p up
ip addr add 10.0.0.1/24 brd + dev eth0
ip addr add 10.0.0.2/24 dev eth0
ip addr add 10.9.0.1 peer 10.9.0.2/32 dev eth0 label eth0:1
ip addr add 10.8.0.1/24 dev eth0 metric 77 noprefixroute scope link
ip addr add fc00::1/64 dev eth0
ip link set eth0 up mtu 1450 alias 'a b <c> mtu 9 inet 1.2.3.4/5' allmulticast on txqueuelen 77
ip link property add dev eth0 altname a-much-longer-alternative-name
# they would send, and neighbours would come and go
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
ip link add va address 0a:00:00:00:00:03 type veth peer name vb address 0a:00:00:00:00:04
ip link set va up
ip link add vc address 0a:00:00:00:00:05 type veth peer name vd address 0a:00:00:00:00:06 netns other
ip link add br0 address 0a:00:00:00:00:07 type bridge ageing_time 12300 group_fwd_mask 8 nf_call_iptables 0
ip link add br1 address 0a:00:00:00:00:08 type bridge priority 4096
ip link set br1 type bridge stp_state 1
ip addr add 10.244.0.1/24 dev br0
ip link set br0 up
ip link set br1 up
ip link set va master br0
ip link set vc master br0
ip link set vc up
ip -n other link set vd up
bridge link set dev va hairpin on flood off learning off isolated on guard on mcast_flood off cost 7
ip link set vc type bridge_slave neigh_suppress on bcast_flood off priority 5
ip link add vx1 address 0a:00:00:00:00:11 type vxlan id 1 local 10.0.0.1 dev eth0 dstport 8472 nolearning
ip link add vx2 address 0a:00:00:00:00:12 type vxlan id 2 remote 10.0.0.9 dev eth0 dstport 4789 ttl 5 tos 8 udpcsum ageing 77
ip link add vx3 address 0a:00:00:00:00:13 type vxlan id 3 group 239.1.1.1 dev eth0 dstport 4790 noudpcsum df set maxaddress 55 srcport 1000 2000
ip link add vx4 address 0a:00:00:00:00:14 type vxlan id 4 dstport 4791 tos inherit df inherit ttl inherit proxy rsc l2miss l3miss gbp noudpcsum \
  udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx
ip link add vx5 address 0a:00:00:00:00:15 type vxlan external dstport 4799 vnifilter
ip link add vx6 address 0a:00:00:00:00:16 type vxlan id 6 remote fc00::9 local fc00::1 dev eth0 dstport 4800
for i in 1 2 3 4; do ip link set vx$i up; done
ip link add link eth0 name eth0.10 type vlan id 10
ip link add link eth0 name mv0 address 0a:00:00:00:00:21 type macvlan mode bridge
ip link add link eth0 name mv1 address 0a:00:00:00:00:22 netns peer type macvlan mode bridge
ip link add link eth0 name ipv0 type ipvlan
ip tuntap add tun0 mode tun
ip link set tun0 up
ip link add ipip1 type ipip remote 10.0.0.7 local 10.0.0.1
ip link add gre1 type gre remote 10.0.0.7 local 10.0.0.1
ip link add wg0 type wireguard
ip link add bond0 type bond
ip link add vrf1 type vrf table 77
ip link add dummy0 type dummy
ip link add ifb0 address 0a:00:00:00:00:23 type ifb
ip link set vx1 master br1
ip neigh add 10.0.0.5 lladdr 02:00:00:00:00:05 dev eth0 nud permanent
ip neigh add 10.0.0.6 lladdr 02:00:00:00:00:06 dev eth0 nud reachable
ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev eth0 nud stale
ip neigh add 10.0.0.10 dev eth0 nud failed
ip neigh add 10.0.0.11 lladdr 02:00:00:00:00:0b dev eth0 nud noarp
ip neigh add 10.0.0.13 lladdr 02:00:00:00:00:0b dev eth0 router
ip neigh add 10.0.0.14 lladdr 02:00:00:00:00:0b dev eth0 extern_learn
ip neigh add fe80::5 lladdr 02:00:00:00:00:0b dev eth0
ip neigh add 10.0.0.16 lladdr 02:00:00:00:00:0b dev eth0 protocol static
ip neigh add proxy 10.0.0.77 dev eth0
ip neigh add proxy 10.0.0.78 dev br0
ip neigh add proxy fe80::77 dev br0
ip route add default via 10.0.0.254
ip route add default via 10.0.0.253 metric 100 proto dhcp src 10.0.0.2
ip -6 route add default via fc00::2
ip -6 route add unreachable fd00::/8
ip route add 10.1.0.0/16 via 10.0.0.254 mtu 1400 advmss 1000
ip route add 10.2.0.0/16 via 10.0.0.254 window 5 rtt 100ms rttvar 50 initcwnd 7 initrwnd 8 quickack 1 hoplimit 9 cwnd 3 ssthresh 5 reordering 4 \
  features ecn congctl cubic fastopen_no_cookie 1
ip route add 10.3.0.0/16 dev vx1 via 10.244.7.0 onlink
ip route add unreachable 10.4.0.0/16
ip route add blackhole 10.5.0.0/16 metric 5
ip route add prohibit 10.6.0.0/16 table 100
ip route add throw 10.7.0.0/16 table 100
ip route add local 10.77.0.0/16 dev lo table 100
ip route add broadcast 10.78.0.0/16 dev eth0
ip route add multicast 239.0.0.0/8 dev eth0
ip route add anycast 10.79.0.1 dev eth0
ip route add 10.81.0.0/16 nexthop via 10.0.0.3 weight 2 nexthop via 10.0.0.4 dev eth0 weight 3 onlink
ip route add 10.82.0.0/16 tos 0x10 via 10.0.0.3
ip route add 10.83.0.0/16 via 10.0.0.3 realm 1/2
ip route add 10.83.1.0/24 via 10.0.0.3 realm 2
ip route add 10.84.0.0/16 via inet6 fc00::3 dev eth0
ip nexthop add id 5 via 10.0.0.3 dev eth0
ip nexthop add id 6 via 10.0.0.4 dev eth0
ip nexthop add id 7 group 5/6
ip route add 10.86.0.0/16 nhid 5
ip route add 10.87.0.0/16 nhid 7
ip route add 10.88.0.0/16 dev eth0 scope link proto bird
ip route add 10.89.0.0/16 dev eth0 scope 77 proto 123 table 12345
ip route add 10.90.0.0/16 dev va
ip route add 10.91.0.0/16 dev eth0 scope global
ip route add 0.0.0.0/1 dev eth0
ip rule add from 10.0.0.0/8 lookup 100
ip rule add not to 10.0.0.1 fwmark 0x10/0xff00 lookup 200 priority 50
ip rule add fwmark 7 iif eth0 oif nope tos 0x10 uidrange 5-9 ipproto tcp sport 5 dport 6-7 lookup main suppress_prefixlength 0 suppress_ifgroup 3
ip rule add fwmark 0/0xff lookup 5
ip rule add to 10.1.1.1 goto 32766
ip rule add to 10.1.1.2 goto 99999
ip rule add prohibit from 1.2.3.4
ip rule add blackhole from 1.2.3.5 protocol static
ip rule add unreachable from 1.2.3.6
ip rule add from 1.2.3.7 realms 3/4 table 5
ip rule add l3mdev priority 1000 protocol kernel
ip rule add from 1.2.3.8 nop
ip rule add from 1.2.3.9 nat 9.9.9.9
ip -6 rule add from fc00::/7 lookup 100
bridge fdb add 02:aa:00:00:00:01 dev vx1 dst 10.0.0.50
bridge fdb append 00:00:00:00:00:00 dev vx1 dst 10.0.0.51 port 1234 vni 9 via eth0
bridge fdb append 00:00:00:00:00:00 dev vx1 dst 10.0.0.52
bridge fdb add 02:aa:00:00:00:02 dev vx2 dst 10.0.0.52 dynamic router
bridge fdb add 02:aa:00:00:00:03 dev vx6 dst fc00::7
bridge fdb add 02:bb:00:00:00:01 dev va master static
bridge fdb add 02:bb:00:00:00:02 dev va master temp
bridge fdb add 02:bb:00:00:00:04 dev va master dynamic extern_learn
bridge fdb add 02:bb:00:00:00:05 dev br0 self
bridge fdb add 02:bb:00:00:00:06 dev eth0 self
bridge fdb add 02:bb:00:00:00:07 dev va master static sticky
true
