# A rule sets, raises or lowers the TTL, in each of the five hooks.
# Lesson: a TTL raised in PREROUTING hides the router, one lowered to 1 there makes it answer; it never leaves 0 to 255, and behind FORWARD nobody looks at it any more.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add r
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n r link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name ra netns r
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev ra
ip -n a link set eth0 up
ip -n r link set ra up
ip link add eth0 netns b type veth peer name rb netns r
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.2.0.1/24 dev rb
ip -n b link set eth0 up
ip -n r link set rb up
ip -n a route add default via 10.1.0.1
ip -n b route add default via 10.2.0.1
ip netns exec r iptables -t mangle -A PREROUTING -p icmp -m tos --tos 0x04 -j TTL --ttl-inc 1
ip netns exec r iptables -t mangle -A PREROUTING -p icmp -m tos --tos 0x08 -j TTL --ttl-set 1
ip netns exec r iptables -t mangle -A PREROUTING -p icmp -m tos --tos 0x0c -j TTL --ttl-set 0
ip netns exec r iptables -t mangle -A INPUT -p icmp -j TTL --ttl-dec 200
ip netns exec r iptables -t mangle -A INPUT -m ttl --ttl-eq 0
ip netns exec r iptables -t mangle -A FORWARD -p icmp -m tos --tos 0x10 -j TTL --ttl-set 0
ip netns exec r iptables -t mangle -A FORWARD -p icmp -m tos --tos 0x14 -j TTL --ttl-inc 255
ip netns exec r iptables -t mangle -A OUTPUT -p icmp -j TTL --ttl-set 33
ip netns exec r iptables -t mangle -A POSTROUTING -p icmp -j TTL --ttl-dec 3
ip netns exec r iptables -t mangle -A POSTROUTING -p icmp -m ttl --ttl-lt 31
# --- traffic ---
ip netns exec a ping -c1 -W1 -Q 0x00 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x04 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x08 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x0c 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x10 10.2.0.2
ip netns exec a ping -c1 -W1 -Q 0x14 10.2.0.2
sleep 1
ip netns exec a ping -c1 -W1 10.1.0.1
ip netns exec r ping -c1 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -t 1 -Q 0x04 10.2.0.2
