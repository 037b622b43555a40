# Rules are added and taken away while a ping runs through them.
# Lesson: conntrack begins with the rule that needs it and takes what runs for new; translation that comes too late for a flow is never applied to it; a zone makes the same flow another one.
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
ip netns exec b timeout 20 nc -l -k 80 >/dev/null &
sleep 0.3
# --- traffic ---
ip netns exec a ping -c6 -i 1 -W1 10.2.0.2 &
sleep 0.5
ip netns exec r iptables -A FORWARD -m conntrack --ctstate NEW
sleep 1
ip netns exec r iptables -t nat -A POSTROUTING -o rb -j MASQUERADE
sleep 1
ip netns exec r iptables -t raw -A PREROUTING -i ra -j CT --zone 4
sleep 1
ip netns exec r iptables -t raw -F
ip netns exec r iptables -t mangle -A FORWARD -m connbytes --connbytes 2: --connbytes-dir both --connbytes-mode packets
sleep 1
ip netns exec r iptables -t mangle -I FORWARD -m recent --set --name x
ip netns exec r iptables -t mangle -A FORWARD -m statistic --mode nth --every 2 --packet 1 -j DROP
sleep 2
ip netns exec r iptables -t mangle -nvL -x
