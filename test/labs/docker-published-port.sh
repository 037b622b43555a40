# docker run -p 8080:80: the rules of a published port, asked from outside, from the host by its address, and from the container itself.
# Lesson: DOCKER is reached from PREROUTING and OUTPUT, but not for 127.0.0.0/8; the MASQUERADE rule for hairpin matches the container alone.
ip netns add outside
ip netns exec outside sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n outside link set lo up
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip netns exec host sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip link add eth0 netns outside type veth peer name eth0 netns host
ip -n outside addr add 192.0.2.2/24 dev eth0
ip -n host addr add 192.0.2.1/24 dev eth0
ip -n outside link set eth0 up
ip -n host link set eth0 up
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip link add eth0 netns web type veth peer name vweb netns host
ip -n host link set vweb master docker0
ip -n host link set vweb up
ip -n web addr add 172.17.0.2/16 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 172.17.0.1
bridge -n host link set dev vweb hairpin on
ip netns exec host iptables-restore <<EOF
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
EOF
# --- traffic ---
ip netns exec web timeout 2 nc -l 80 &
sleep 0.2
echo get | ip netns exec outside timeout 0.7 nc -N -w1 -p 40001 192.0.2.1 8080
wait
ip netns exec web timeout 2 nc -l 80 &
sleep 0.2
echo get | ip netns exec host timeout 0.7 nc -N -w1 -p 40002 192.0.2.1 8080
wait
ip netns exec host timeout 0.7 nc -z -w1 -p 40003 127.0.0.1 8080
ip netns exec web timeout 0.7 nc -z -w1 -p 40004 192.0.2.1 8080
ip netns exec outside timeout 0.7 nc -z -w1 -p 40005 192.0.2.1 8081
