# A connection that has carried enough is marked; a rule that is used up.
# Lesson: counting begins when a rule asks for it, and the packet itself counts; a quota that a large packet used up lets no small one through.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec b iptables -A INPUT -p udp -m connbytes --connbytes 2: --connbytes-dir original --connbytes-mode packets
ip netns exec b iptables -A INPUT -p icmp -m connbytes --connbytes 100:300 --connbytes-dir both --connbytes-mode bytes
ip netns exec b iptables -A INPUT -p icmp -m connbytes ! --connbytes 0:84 --connbytes-dir both --connbytes-mode avgpkt
ip netns exec b iptables -A INPUT -p icmp -m connbytes --connbytes 1 --connbytes-dir reply --connbytes-mode packets
ip netns exec b iptables -A OUTPUT -p icmp -m connbytes --connbytes 1:1 --connbytes-dir reply --connbytes-mode packets
ip netns exec b iptables -A INPUT -p icmp -m quota --quota 300
ip netns exec b iptables -A INPUT -p icmp -m quota ! --quota 300
ip netns exec a ping -c1 -W1 10.0.0.2
# --- traffic ---
ip netns exec b sysctl net.netfilter.nf_conntrack_acct
ip netns exec a ping -c3 -i0.2 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 -s 200 10.0.0.2
ip netns exec a ping -c1 -W1 -s 0 10.0.0.2
printf 'one\ntwo\n' | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 5001
ip netns exec b conntrack -L -p udp
