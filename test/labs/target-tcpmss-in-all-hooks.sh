# The maximum segment size of a SYN lowered in each of the five hooks.
# Lesson: it is never raised; clamping takes the smaller MTU of the way there and the way back; a packet that only mentions tcp is left alone, and so is what is no SYN when the rule says so.
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
ip -n b link set eth0 mtu 1200
ip -n r link set rb mtu 1200
ip netns exec r iptables -t mangle -A PREROUTING -p tcp --tcp-flags SYN,RST SYN --dport 5001 -j TCPMSS --set-mss 1000
ip netns exec r iptables -t mangle -A INPUT -p tcp --tcp-flags SYN,RST SYN --dport 5002 -j TCPMSS --set-mss 999
ip netns exec r iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN --dport 5003 -j TCPMSS --set-mss 2000
ip netns exec r iptables -t mangle -A OUTPUT -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 998
ip netns exec r iptables -t mangle -A POSTROUTING -p tcp --tcp-flags SYN,RST SYN --dport 5004 -j TCPMSS --set-mss 1
ip netns exec r iptables -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
ip netns exec r iptables -t security -A OUTPUT -p tcp -j TCPMSS --clamp-mss-to-pmtu
ip netns exec r iptables -t raw -A PREROUTING -p tcp --tcp-flags SYN,RST SYN --dport 5005 -j TCPMSS --set-mss 700
ip netns exec r iptables -t raw -A OUTPUT -p tcp --dport 5005 -j TCPMSS --set-mss 600
ip netns exec r iptables -t nat -A POSTROUTING -p tcp --dport 5005 -j TCPMSS --clamp-mss-to-pmtu
ip netns exec r iptables -t mangle -A POSTROUTING -p tcp -m tcpmss --mss :1000
ip netns exec r iptables -t mangle -A INPUT -p tcp -m tcpmss --mss :1000
# --- traffic ---
timeout 0.7 ip netns exec a nc -p 40001 10.2.0.2 5001
timeout 0.7 ip netns exec a nc -p 40002 10.2.0.2 5002
timeout 0.7 ip netns exec a nc -p 40003 10.2.0.2 5003
timeout 0.7 ip netns exec a nc -p 40004 10.2.0.2 5004
timeout 0.7 ip netns exec a nc -p 40005 10.2.0.2 5005
timeout 0.7 ip netns exec a nc -p 40006 10.2.0.2 5006
timeout 0.7 ip netns exec a nc -p 40101 10.1.0.1 5001
timeout 0.7 ip netns exec a nc -p 40102 10.1.0.1 5002
timeout 0.7 ip netns exec a nc -p 40105 10.1.0.1 5005
timeout 0.7 ip netns exec r nc -p 40203 10.2.0.2 5003
timeout 0.7 ip netns exec r nc -p 40204 10.2.0.2 5004
timeout 0.7 ip netns exec r nc -p 40205 10.2.0.2 5005
timeout 0.7 ip netns exec b nc -p 40301 10.1.0.2 5006
