# A pod with a /32 and a gateway 169.254.1.1 that nobody has, as Calico gives it; and addresses that ARP answers for one by one.
# Lesson: proxy_arp answers for the gateway because a default route leads elsewhere; an entry of `ip neigh add proxy` needs a way out, too.
ip netns add pod
ip netns exec pod sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n pod link set lo up
ip netns add out
ip netns exec out sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n out link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add node
ip netns exec node sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node link set lo up
ip link add eth0 netns pod type veth peer name cali0 netns node
ip -n pod addr add 10.65.0.2/32 dev eth0
ip -n pod link set eth0 up
ip -n node link set cali0 up
ip link add eth0 netns out type veth peer name eth0 netns node
ip -n out addr add 192.168.0.9/24 dev eth0
ip -n node addr add 192.168.0.1/24 dev eth0
ip -n out link set eth0 up
ip -n node link set eth0 up
ip link add eth0 netns c type veth peer name eth1 netns node
ip -n c addr add 10.7.0.2/24 dev eth0
ip -n node addr add 10.7.0.1/24 dev eth1
ip -n c link set eth0 up
ip -n node link set eth1 up
ip -n pod route add 169.254.1.1 dev eth0 scope link
ip -n pod route add default via 169.254.1.1
ip -n out route add default via 192.168.0.1
ip -n node route add 10.65.0.2/32 dev cali0
ip -n node route add default via 192.168.0.9
ip netns exec node sysctl -qw net.ipv4.conf.cali0.proxy_arp=1 net.ipv4.neigh.cali0.proxy_delay=0
ip -n node neigh add proxy 10.65.0.2 dev eth1
ip -n node neigh add proxy 10.7.0.50 dev eth1
# --- traffic ---
ip netns exec pod ping -c1 -W1 192.168.0.9
ip netns exec c arping -c1 -w1 -I eth0 10.65.0.2
ip netns exec c arping -c1 -w1 -I eth0 10.7.0.50
ip netns exec c arping -c1 -w1 -I eth0 192.168.0.9
ip -n node neigh del proxy 10.7.0.50 dev eth1
ip -n node neigh show proxy
