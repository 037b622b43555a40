# Two Docker networks without a userland proxy, a published port on each, asked from everywhere.
# Lesson: 127.0.0.1 works by route_localnet and MASQUERADE, hairpin by MASQUERADE; the isolation stages part the networks, DOCKER-USER comes before all.
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip netns add c1
ip netns exec c1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c1 link set lo up
ip netns add c2
ip netns exec c2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c2 link set lo up
ip netns add ext
ip netns exec ext sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n ext link set lo up
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip -n host link add br-1a2b type bridge
ip -n host addr add 172.18.0.1/16 dev br-1a2b
ip -n host link set br-1a2b up
ip link add eth0 netns c1 type veth peer name vetha netns host
ip -n host link set vetha master docker0
ip -n host link set vetha up
ip -n c1 addr add 172.17.0.2/16 dev eth0
ip -n c1 link set eth0 up
ip -n c1 route add default via 172.17.0.1
ip link add eth0 netns c2 type veth peer name vethb netns host
ip -n host link set vethb master br-1a2b
ip -n host link set vethb up
ip -n c2 addr add 172.18.0.2/16 dev eth0
ip -n c2 link set eth0 up
ip -n c2 route add default via 172.18.0.1
ip link add eth0 netns host type veth peer name eth0 netns ext
ip -n host addr add 192.168.1.10/24 dev eth0
ip -n ext addr add 192.168.1.20/24 dev eth0
ip -n host link set eth0 up
ip -n ext link set eth0 up
ip netns exec host sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.ipv4.conf.all.route_localnet=1
ip netns exec host iptables-restore <<'EOF'
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -o docker0 -m addrtype --src-type LOCAL -j MASQUERADE
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -o br-1a2b -m addrtype --src-type LOCAL -j MASQUERADE
-A POSTROUTING -s 172.18.0.0/16 ! -o br-1a2b -j MASQUERADE
-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
-A DOCKER -d 127.0.0.1/32 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.18.0.2:80
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A FORWARD -o br-1a2b -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o br-1a2b -j DOCKER
-A FORWARD -i br-1a2b ! -o br-1a2b -j ACCEPT
-A FORWARD -i br-1a2b -o br-1a2b -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER -d 172.18.0.2/32 ! -i br-1a2b -o br-1a2b -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -i br-1a2b ! -o br-1a2b -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
-A DOCKER-ISOLATION-STAGE-2 -o br-1a2b -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -j RETURN
COMMIT
EOF
ip -n host link set vetha type bridge_slave hairpin on
ip -n host link set vethb type bridge_slave hairpin on
# --- traffic ---
ip netns exec c1 timeout 6 nc -lk 80 &
ip netns exec c2 timeout 6 nc -lk 80 &
sleep 0.2
echo a | ip netns exec ext timeout 0.7 nc -N -p 40001 192.168.1.10 8080
echo b | ip netns exec host timeout 0.7 nc -N -p 40002 192.168.1.10 8080
echo c | ip netns exec host timeout 0.7 nc -N -p 40003 127.0.0.1 8080
echo d | ip netns exec host timeout 0.7 nc -N -p 40004 127.0.0.1 8081
echo e | ip netns exec c1 timeout 0.7 nc -N -p 40005 192.168.1.10 8080
echo f | ip netns exec c2 timeout 0.7 nc -N -p 40006 192.168.1.10 8080
echo g | ip netns exec c1 timeout 0.7 nc -N -p 40007 172.18.0.2 80
echo h | ip netns exec c1 timeout 0.7 nc -N -p 40008 172.17.0.1 8080
ip netns exec host iptables -I DOCKER-USER -i eth0 -s 192.168.1.20 -j DROP
echo i | ip netns exec ext timeout 0.7 nc -N -p 40009 192.168.1.10 8080
wait
