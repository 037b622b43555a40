# A router answers ARP requests for a host behind it, so that two halves of one network find each other.
# Lesson: proxy_arp answers where the way leads out by another device; for what is on the same wire, unreachable or without a route it stays silent.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns a type veth peer name r1 netns r
ip -n a addr add 10.0.0.2/16 dev eth0
ip -n r addr add 10.0.0.1/24 dev r1
ip -n a link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns b type veth peer name r2 netns r
ip -n b addr add 10.0.1.2/16 dev eth0
ip -n r addr add 10.0.1.1/24 dev r2
ip -n b link set eth0 up
ip -n r link set r2 up
ip -n r link set r1 up
ip -n r route add unreachable 10.0.9.0/24
ip netns exec r sysctl -qw net.ipv4.conf.r1.proxy_arp=1 net.ipv4.neigh.r1.proxy_delay=0
ip netns exec r sysctl -qw net.ipv4.conf.r2.proxy_arp=1
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.1.2
ip netns exec a arping -c1 -w1 -I eth0 10.0.0.77
ip netns exec a arping -c1 -w1 -I eth0 10.0.9.1
ip netns exec a arping -c1 -w1 -I eth0 10.0.5.1
ip netns exec b arping -c1 -w1 -I eth0 10.0.0.2
ip netns exec r sysctl -w net.ipv4.conf.r1.proxy_arp=0
ip -n a neigh del 10.0.1.2 dev eth0
ip netns exec a ping -c1 -W1 10.0.1.2
