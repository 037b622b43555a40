# A packet waits for an address that nobody answers for, and the unfinished entry is deleted under it.
# Lesson: what waits is told at once that the host is unreachable; of a deleted entry that was good nobody hears.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.2/24 dev eth0
ip -n b addr add 10.0.0.3/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
# --- traffic ---
ip netns exec a ping -c1 -W3 10.0.0.9 &
sleep 0.3
ip -n a neigh show
ip -n a neigh del 10.0.0.9 dev eth0
wait
ip -n a neigh show
ip netns exec a ping -c1 -W1 10.0.0.3
ip -n a neigh flush dev eth0
ip netns exec a ping -c1 -W1 10.0.0.3
