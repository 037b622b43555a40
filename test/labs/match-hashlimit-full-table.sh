# A table of limits that holds only two hosts.
# Lesson: whoever does not fit into the table of hashlimit does not pass, whatever the rule says; a table never has fewer places than buckets.
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
for n in 3 4; do ip -n a addr add 10.1.0.$n/24 dev eth0; ip -n b addr add 10.2.0.$n/24 dev eth0; done
ip netns exec r iptables -A FORWARD -p udp -m hashlimit --hashlimit-upto 2/min --hashlimit-burst 1 --hashlimit-mode srcport --hashlimit-name sp
ip netns exec r iptables -A FORWARD -p udp -m hashlimit --hashlimit-upto 2/min --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name dp
ip netns exec r iptables -A FORWARD -p icmp -m hashlimit --hashlimit-upto 2/min --hashlimit-burst 1 --hashlimit-mode srcport,dstport --hashlimit-name ip
ip netns exec r iptables -A FORWARD -p all -m hashlimit --hashlimit-upto 1kb/s --hashlimit-burst 2k --hashlimit-mode srcip --hashlimit-srcmask 31 --hashlimit-name by
ip netns exec r iptables -A FORWARD -p all -m hashlimit --hashlimit-above 2/sec --hashlimit-burst 2 --hashlimit-mode dstip --hashlimit-name ab --hashlimit-htable-expire 1000
ip netns exec r iptables -A FORWARD -p all -m hashlimit --hashlimit-upto 1/min --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name tiny --hashlimit-htable-max 2 --hashlimit-htable-size 1
ip netns exec r iptables -A FORWARD -p all -m hashlimit --hashlimit-above 1b/s --hashlimit-mode dstip --hashlimit-name b1
# --- traffic ---
ip netns exec a ping -c3 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c2 -i 0.3 -W1 -I 10.1.0.3 10.2.0.3
ip netns exec a ping -c1 -W1 -I 10.1.0.4 -s 1000 10.2.0.4
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.2 9
echo x | ip netns exec a nc -u -w1 -p 40001 10.2.0.3 10
echo x | ip netns exec a nc -u -w1 -p 40002 10.2.0.2 9
sleep 2
ip netns exec a ping -c3 -i 0.2 -W1 10.2.0.2
ip netns exec a ping -c1 -W1 -s 3000 10.2.0.2
