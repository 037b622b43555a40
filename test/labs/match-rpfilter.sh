# Reverse path filtering by a rule, in a namespace whose sysctl lets everything pass.
# Lesson: rpfilter asks for the way back by the same device; loose asks for any; a source of the host's own is good only with --accept-local.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add e1 netns a type veth peer name e1 netns b
ip -n a addr add 10.1.0.1/24 dev e1
ip -n b addr add 10.1.0.2/24 dev e1
ip -n a link set e1 up
ip -n b link set e1 up
ip link add e2 netns a type veth peer name e2 netns b
ip -n a addr add 10.2.0.1/24 dev e2
ip -n b addr add 10.2.0.2/24 dev e2
ip -n a link set e2 up
ip -n b link set e2 up
ip -n a addr add 10.9.0.1/32 dev lo
ip -n a addr add 10.8.0.1/32 dev lo
ip -n a addr add 10.7.0.1/32 dev lo
ip -n b addr add 10.8.0.1/32 dev lo
ip -n b route add 10.9.0.1/32 dev e2 via 10.2.0.1
ip -n b route add blackhole 10.7.0.0/16
ip -n b route add 10.7.0.1/32 via 10.1.0.1 dev e1 table 7
ip -n b rule add fwmark 7 table 7
ip netns exec b iptables -t raw -A PREROUTING -m rpfilter
ip netns exec b iptables -t raw -A PREROUTING -m rpfilter --loose
ip netns exec b iptables -t raw -A PREROUTING -m rpfilter --accept-local
ip netns exec b iptables -t raw -A PREROUTING -m rpfilter --accept-local --loose
ip netns exec b iptables -t raw -A PREROUTING -s 10.7.0.1 -j MARK --set-mark 7
ip netns exec b iptables -t raw -A PREROUTING -m rpfilter --validmark
ip netns exec b iptables -t mangle -A PREROUTING -m rpfilter --invert
ip netns exec b iptables -t mangle -A PREROUTING -m rpfilter --invert --loose -j DROP
ip netns exec a ping -c1 -W1 10.1.0.2
ip netns exec a ping -c1 -W1 10.2.0.2
# --- traffic ---
ip netns exec a ping -c1 -W1 10.1.0.2
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.1.0.2
ip netns exec a ping -c1 -W1 -I 10.9.0.1 10.2.0.2
ip netns exec a ping -c1 -W1 -I 10.8.0.1 10.1.0.2
ip netns exec a ping -c1 -W1 -I 10.7.0.1 10.1.0.2
ip netns exec b ping -c1 -W1 127.0.0.1
