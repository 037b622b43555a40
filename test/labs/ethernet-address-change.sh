# A device that has permanent neighbours and a proxy entry gets another Ethernet address.
# Lesson: another address makes it forget all neighbours, permanent ones too; proxy entries stay until it goes down.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n b addr add 10.1.0.3/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a neigh add 10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent
ip -n a neigh add proxy 10.1.0.78 dev eth0
# --- traffic ---
ip netns exec a ping -c1 -W1 10.1.0.3
ip -n a link set eth0 address 02:00:00:00:00:aa
ip -n a neigh show
ip -n a neigh show proxy
