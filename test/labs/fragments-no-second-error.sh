# A router without conntrack sees the pieces of a packet one by one, and refuses, loses or ages each of them.
# Lesson: an ICMP error is sent about the first fragment only; and REJECT answers none at all, because the checksum of a first fragment alone looks wrong.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0
ip -n r link set lo up
ip link add eth0 netns a type veth peer name eth0 netns r
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev eth0
ip -n a link set eth0 up
ip -n r link set eth0 up
ip -n r neigh add 10.0.1.77 lladdr 02:00:00:00:00:77 dev eth0
ip -n a route add default via 10.0.1.1
ip -n r route add 10.9.1.0/24 via 10.0.1.77
ip -n r route add unreachable 10.9.2.0/24
ip netns exec r iptables -A FORWARD -d 10.9.1.1 -j REJECT --reject-with icmp-admin-prohibited
ip netns exec r iptables -A INPUT -s 10.0.1.2 -j REJECT --reject-with icmp-port-unreachable
# --- traffic ---
ip netns exec a ping -c1 -W0.3 -s 3000 -M dont 10.9.1.1
ip netns exec a ping -c1 -W0.3 -s 3000 -M dont 10.9.2.1
ip netns exec a ping -c1 -W0.3 -s 3000 -M dont -t 1 10.9.3.1
ip netns exec a ping -c1 -W0.3 -s 3000 -M dont 10.0.1.1
