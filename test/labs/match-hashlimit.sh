# A rate for each source network and port, shared by two rules of one name.
# Lesson: a bucket begins full; rules with one name share their buckets; what is forgotten begins anew with a full one.
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
ip -n a addr add 10.0.0.3/24 dev eth0
ip -n a addr add 10.0.0.200/24 dev eth0
ip netns exec b iptables -A INPUT -p icmp -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name hosts --hashlimit-htable-expire 2500 --hashlimit-htable-gcinterval 100 -j ACCEPT
ip netns exec b iptables -A INPUT -p icmp -m hashlimit --hashlimit-above 1/hour --hashlimit-burst 9 --hashlimit-mode dstip --hashlimit-name hosts -j DROP
ip netns exec b iptables -A INPUT -p udp -m hashlimit --hashlimit-upto 1/min --hashlimit-burst 1 --hashlimit-mode srcip,dstport --hashlimit-srcmask 25 --hashlimit-name nets -j DROP
ip netns exec b iptables -A INPUT -p udp -m hashlimit --hashlimit-above 1kb/s --hashlimit-mode srcip --hashlimit-name octets
ip netns exec b iptables -A INPUT -p udp -j REJECT
ip netns exec a ping -c1 -W1 -I 10.0.0.200 10.0.0.2
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 -I 10.0.0.3 10.0.0.2
echo one | ip netns exec a nc -u -w1 -p 40001 10.0.0.2 5001
echo two | ip netns exec a nc -u -w1 -s 10.0.0.3 -p 40002 10.0.0.2 5001
echo three | ip netns exec a nc -u -w1 -s 10.0.0.200 -p 40003 10.0.0.2 5001
echo four | ip netns exec a nc -u -w1 -s 10.0.0.3 -p 40004 10.0.0.2 5002
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec a ping -c1 -W1 10.0.0.2
