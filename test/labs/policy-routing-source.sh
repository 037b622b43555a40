# Two uplinks and a rule for each source: the answer leaves by the link that the question came by.
# Lesson: rules are asked in order of preference, the first table with a matching route wins; an empty table lets the next rule speak.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n host link set lo up
ip link add eth0 netns a type veth peer name e1 netns host
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n host addr add 10.1.0.1/24 dev e1
ip -n a link set eth0 up
ip -n host link set e1 up
ip link add eth0 netns b type veth peer name e2 netns host
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n host addr add 10.2.0.1/24 dev e2
ip -n b link set eth0 up
ip -n host link set e2 up
ip -n a addr add 198.51.100.7/32 dev lo
ip -n b addr add 198.51.100.7/32 dev lo
ip -n host route add default via 10.1.0.2
ip -n host route add default via 10.2.0.2 table 200
ip -n host rule add pref 90 from 10.1.0.1 lookup 100
ip -n host rule add pref 100 from 10.2.0.1 lookup 200
ip -n host rule add pref 110 to 198.51.100.99 prohibit
# --- traffic ---
ip netns exec a ping -c1 -W1 -I 198.51.100.7 10.1.0.1
ip netns exec b ping -c1 -W1 -I 198.51.100.7 10.2.0.1
ip netns exec host ping -c1 -W1 198.51.100.7
ip -n host route get 198.51.100.7 from 10.2.0.1
ip netns exec host ping -c1 -W1 198.51.100.99
