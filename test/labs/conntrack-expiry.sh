# An entry lives for so many seconds behind its last packet; then the same conversation is a new one.
# Lesson: behind a long pause the next request is NEW again and asks the nat rules anew, which say something else by now.
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add s
ip netns exec s sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n s link set lo up
ip netns add t
ip netns exec t sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n t link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip link add eth0 netns c type veth peer name r1 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n c link set eth0 up
ip -n r link set r1 up
ip link add eth0 netns s type veth peer name r2 netns r
ip -n s addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev r2
ip -n s link set eth0 up
ip -n r link set r2 up
ip link add eth0 netns t type veth peer name r3 netns r
ip -n t addr add 10.3.0.2/24 dev eth0
ip -n r addr add 10.3.0.1/24 dev r3
ip -n t link set eth0 up
ip -n r link set r3 up
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip -n t route add default via 10.3.0.1
ip netns exec r iptables -t nat -A PREROUTING -d 10.96.0.10 -j DNAT --to-destination 10.2.0.2
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW
ip netns exec r iptables -A FORWARD -m conntrack --ctstate ESTABLISHED
ip netns exec r sysctl -qw net.netfilter.nf_conntrack_icmp_timeout=1
# --- traffic ---
ip netns exec c ping -c2 -i 2 -W1 10.96.0.10 &
sleep 0.5
ip netns exec r iptables -t nat -R PREROUTING 1 -d 10.96.0.10 -j DNAT --to-destination 10.3.0.2
wait
