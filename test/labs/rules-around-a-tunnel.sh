# Rules of all tables meet packets inside a VXLAN tunnel and the tunnel's own.
# Lesson: the inner packet passes OUTPUT and POSTROUTING by the tunnel's device, then the outer one by the real device, with the inner's mark but not with its connection.
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
ip -n a link add vx type vxlan id 5 local 10.0.0.1 remote 10.0.0.2 dstport 8472 dev eth0
ip -n b link add vx type vxlan id 5 local 10.0.0.2 remote 10.0.0.1 dstport 8472 dev eth0
ip -n a addr add 10.9.0.1/24 dev vx
ip -n b addr add 10.9.0.2/24 dev vx
ip -n a link set vx up
ip -n b link set vx up
ip netns exec b iptables-restore --noflush <<EOF
*raw
:look - [0:0]
-A PREROUTING -j look
-A OUTPUT -j look
-A look -p udp --dport 8472
-A look -p udp ! --dport 8472
-A look -m ttl --ttl-eq 64
-A look -m tos --tos 0x10
-A look -m mark --mark 0x5
-A look -m connmark --mark 0x6
-A look -m addrtype --dst-type LOCAL
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m length --length 84
-A look -m pkttype --pkt-type unicast
-A look -m connlimit --connlimit-above 0
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-mode dstip,dstport --hashlimit-burst 2 --hashlimit-name v
COMMIT
*mangle
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -p udp --dport 8472
-A look -p udp ! --dport 8472
-A look -m ttl --ttl-eq 64
-A look -m tos --tos 0x10
-A look -m mark --mark 0x5
-A look -m connmark --mark 0x6
-A look -m addrtype --dst-type LOCAL
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m length --length 84
-A look -m pkttype --pkt-type unicast
-A look -m connlimit --connlimit-above 0
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-mode dstip,dstport --hashlimit-burst 2 --hashlimit-name v
COMMIT
*filter
:look - [0:0]
-A INPUT -j look
-A FORWARD -j look
-A OUTPUT -j look
-A look -p udp --dport 8472
-A look -p udp ! --dport 8472
-A look -m ttl --ttl-eq 64
-A look -m tos --tos 0x10
-A look -m mark --mark 0x5
-A look -m connmark --mark 0x6
-A look -m addrtype --dst-type LOCAL
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m length --length 84
-A look -m pkttype --pkt-type unicast
-A look -m connlimit --connlimit-above 0
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-mode dstip,dstport --hashlimit-burst 2 --hashlimit-name v
COMMIT
*nat
:look - [0:0]
-A PREROUTING -j look
-A INPUT -j look
-A OUTPUT -j look
-A POSTROUTING -j look
-A look -p udp --dport 8472
-A look -p udp ! --dport 8472
-A look -m ttl --ttl-eq 64
-A look -m tos --tos 0x10
-A look -m mark --mark 0x5
-A look -m connmark --mark 0x6
-A look -m addrtype --dst-type LOCAL
-A look -m conntrack --ctstate NEW
-A look -m conntrack --ctstate ESTABLISHED
-A look -m length --length 84
-A look -m pkttype --pkt-type unicast
-A look -m connlimit --connlimit-above 0
-A look -m statistic --mode nth --every 2 --packet 0
-A look -m hashlimit --hashlimit-upto 1/hour --hashlimit-mode dstip,dstport --hashlimit-burst 2 --hashlimit-name v
COMMIT
EOF
ip netns exec b iptables -t mangle -A OUTPUT -o vx -j MARK --set-mark 5
ip netns exec b iptables -t mangle -A OUTPUT -o vx -j CONNMARK --set-mark 6
ip netns exec b iptables -t mangle -A OUTPUT -o eth0 -j TTL --ttl-set 9
ip netns exec b iptables -t mangle -A POSTROUTING -o vx -m owner --socket-exists
ip netns exec b iptables -t mangle -A POSTROUTING -o eth0 -m owner --socket-exists
ip netns exec b iptables -t mangle -A POSTROUTING -o eth0 -m owner ! --socket-exists
ip netns exec b iptables -t mangle -A INPUT -i vx -m mac ! --mac-source 00:00:00:00:00:01
ip netns exec b iptables -t raw -A OUTPUT -p udp --dport 8472 -j NOTRACK
ip netns exec b iptables -t nat -A POSTROUTING -o vx -j MASQUERADE
ip netns exec a ping -c1 -W1 10.0.0.2
# --- traffic ---
ip netns exec a ping -c1 -W1 10.9.0.2
ip netns exec b ping -c1 -W1 -Q 0x10 10.9.0.1
ip netns exec b ping -c1 -W1 -s 2000 10.9.0.1
ip netns exec a ping -c1 -W1 -s 3000 10.9.0.2
echo x | ip netns exec b nc -u -w1 -p 40001 10.9.0.1 9
