# One host with two devices on one wire sends to itself around the outside: its own address arrives from the network.
# Lesson: a local address as source is a martian unless accept_local of the device by which it came is set; rp_filter still has its say.
ip netns add h
ip netns exec h sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n h link set lo up
ip netns add sw
ip netns exec sw sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n sw link set lo up
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
ip link add e1 netns h type veth peer name p1 netns sw
ip link add e2 netns h type veth peer name p2 netns sw
ip -n sw link set p1 master br0
ip -n sw link set p2 master br0
ip -n sw link set p1 up
ip -n sw link set p2 up
ip -n h addr add 10.0.0.1/24 dev e1
ip -n h addr add 10.0.0.2/24 dev e2
ip -n h link set e1 up
ip -n h link set e2 up
ip netns exec h sysctl -qw net.ipv4.conf.all.arp_ignore=1
ip -n h rule add pref 1 lookup local iif e1
ip -n h rule add pref 2 lookup local iif e2
ip -n h rule add pref 3 to 10.0.0.2 iif lo lookup 200
ip -n h rule add pref 4 to 10.0.0.1 iif lo lookup 201
ip -n h rule add pref 10 lookup local
ip -n h rule del pref 0
ip -n h route add 10.0.0.2 dev e1 src 10.0.0.1 table 200
ip -n h route add 10.0.0.1 dev e2 src 10.0.0.2 table 201
# --- traffic ---
ip netns exec h ping -c1 -W1 -I 10.0.0.1 10.0.0.2
ip netns exec h sysctl -w net.ipv4.conf.e2.accept_local=1
ip netns exec h ping -c1 -W1 -I 10.0.0.1 10.0.0.2
ip netns exec h sysctl -w net.ipv4.conf.e1.accept_local=1
ip netns exec h ping -c1 -W1 -I 10.0.0.1 10.0.0.2
ip netns exec h sysctl -w net.ipv4.conf.all.rp_filter=1
ip netns exec h ping -c1 -W1 -I 10.0.0.1 10.0.0.2
