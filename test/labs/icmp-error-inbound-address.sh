# A router with two addresses towards the sender is asked for a host that nobody knows, with icmp_errors_use_inbound_ifaddr off and on.
# Lesson: on, the error bears the primary address of the device by which the packet came in, also when it failed on its way out.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip -n r link set lo up
ip link add eth0 netns a type veth peer name in0 netns r
ip -n r link add out0 type veth peer name far0
ip -n a addr add 10.0.2.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev in0
ip -n r addr add 10.0.2.1/24 dev in0
ip -n r addr add 10.0.3.1/24 dev out0
ip -n a link set eth0 up
ip -n r link set in0 up
ip -n r link set out0 up
ip -n r link set far0 up
ip -n a route add default via 10.0.2.1
ip netns exec r sysctl -qw net/ipv4/neigh/out0/retrans_time_ms=80
ip netns exec r iptables -A FORWARD -d 10.0.3.88 -j REJECT
# --- traffic ---
ip netns exec a ping -c1 -W0.5 10.0.3.77
ip netns exec a ping -c1 -W0.5 10.0.3.88
ip netns exec a ping -c1 -W0.5 -t 1 10.0.3.99
ip netns exec r sysctl -w net.ipv4.icmp_errors_use_inbound_ifaddr=1
ip netns exec a ping -c1 -W0.5 10.0.3.78
ip netns exec a ping -c1 -W0.5 10.0.3.88
ip netns exec a ping -c1 -W0.5 -t 1 10.0.3.99
