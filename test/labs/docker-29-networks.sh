# Docker 29, as dockerd calls iptables: docker0 and a network of one's own, a published port in each, asked from outside, from the host, and across.
# Lesson: a container's own address is out of reach from outside (raw) and from the other network (DOCKER); a published port is not, for anybody.
ip netns add outside
ip netns exec outside sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n outside link set lo up
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip netns add web
ip netns exec web sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n web link set lo up
ip netns add app
ip netns exec app sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n app link set lo up
ip link add eth0 netns outside type veth peer name eth0 netns host
ip -n outside addr add 192.0.2.2/24 dev eth0
ip -n host addr add 192.0.2.1/24 dev eth0
ip -n outside link set eth0 up
ip -n host link set eth0 up
ip -n outside route add 172.16.0.0/12 via 192.0.2.1
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip link add eth0 netns web type veth peer name vweb netns host
ip -n host link set vweb master docker0
ip -n host link set vweb up
ip -n web addr add 172.17.0.2/16 dev eth0
ip -n web link set eth0 up
ip -n web route add default via 172.17.0.1
ip -n host link add br-app type bridge
ip -n host addr add 172.18.0.1/16 dev br-app
ip -n host link set br-app up
ip link add eth0 netns app type veth peer name vapp netns host
ip -n host link set vapp master br-app
ip -n host link set vapp up
ip -n app addr add 172.18.0.2/16 dev eth0
ip -n app link set eth0 up
ip -n app route add default via 172.18.0.1
ip netns exec host sysctl -qw net.bridge.bridge-nf-call-iptables=0
ip netns exec host iptables -t nat -N DOCKER
ip netns exec host iptables -t filter -N DOCKER
ip netns exec host iptables -t filter -N DOCKER-FORWARD
ip netns exec host iptables -t filter -N DOCKER-BRIDGE
ip netns exec host iptables -t filter -N DOCKER-CT
ip netns exec host iptables -t filter -N DOCKER-INTERNAL
ip netns exec host iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
ip netns exec host iptables -t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER ! --dst 127.0.0.0/8
ip netns exec host iptables -t filter -I FORWARD -j DOCKER-FORWARD
ip netns exec host iptables -t filter -I DOCKER-FORWARD -j DOCKER-BRIDGE
ip netns exec host iptables -t filter -I DOCKER-FORWARD -j DOCKER-INTERNAL
ip netns exec host iptables -t filter -I DOCKER-FORWARD -j DOCKER-CT
ip netns exec host iptables -t nat -I POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
ip netns exec host iptables -t filter -A DOCKER-FORWARD -i docker0 -j ACCEPT
ip netns exec host iptables -t filter -A DOCKER ! -i docker0 -o docker0 -j DROP
ip netns exec host iptables -t filter -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
ip netns exec host iptables -t filter -A DOCKER-BRIDGE -o docker0 -j DOCKER
ip netns exec host iptables -t nat -I POSTROUTING -s 172.18.0.0/16 ! -o br-app -j MASQUERADE
ip netns exec host iptables -t filter -A DOCKER-FORWARD -i br-app -j ACCEPT
ip netns exec host iptables -t filter -A DOCKER ! -i br-app -o br-app -j DROP
ip netns exec host iptables -t filter -A DOCKER-CT -o br-app -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
ip netns exec host iptables -t filter -A DOCKER-BRIDGE -o br-app -j DOCKER
ip netns exec host iptables -t filter -N DOCKER-USER
ip netns exec host iptables -t filter -I FORWARD -j DOCKER-USER
ip netns exec host iptables -P FORWARD DROP
ip netns exec host iptables -t raw -A PREROUTING -d 172.17.0.2 ! -i docker0 -j DROP
ip netns exec host iptables -t nat -A DOCKER -p tcp -d 0/0 --dport 8080 -j DNAT --to-destination 172.17.0.2:80 ! -i docker0
ip netns exec host iptables -t filter -I DOCKER ! -i docker0 -o docker0 -p tcp -d 172.17.0.2 --dport 80 -j ACCEPT
ip netns exec host iptables -t raw -A PREROUTING -d 172.18.0.2 ! -i br-app -j DROP
ip netns exec host iptables -t nat -A DOCKER -p tcp -d 0/0 --dport 8081 -j DNAT --to-destination 172.18.0.2:80 ! -i br-app
ip netns exec host iptables -t filter -I DOCKER ! -i br-app -o br-app -p tcp -d 172.18.0.2 --dport 80 -j ACCEPT
# --- traffic ---
ip netns exec host iptables -S
ip netns exec host iptables -t nat -S
ip netns exec host iptables -t raw -S
ip netns exec web timeout 2 nc -l 80 &
sleep 0.2
echo get | ip netns exec outside timeout 0.7 nc -N -p 40001 192.0.2.1 8080
wait
ip netns exec web timeout 2 nc -l 80 &
sleep 0.2
echo get | ip netns exec host timeout 0.7 nc -N -p 40002 192.0.2.1 8080
wait
ip netns exec web timeout 2 nc -l 80 &
sleep 0.2
echo get | ip netns exec host timeout 0.7 nc -N -p 40003 172.17.0.2 80
wait
ip netns exec app timeout 2 nc -l 80 &
sleep 0.2
echo get | ip netns exec web timeout 0.7 nc -N -p 40004 192.0.2.1 8081
wait
ip netns exec outside timeout 0.7 nc -z -p 40005 172.17.0.2 80
ip netns exec web timeout 0.7 nc -z -p 40006 172.18.0.2 80
ip netns exec web timeout 0.7 nc -z -p 40007 192.0.2.1 8080
ip netns exec host timeout 0.7 nc -z -p 40008 127.0.0.1 8080
ip netns exec app ping -c1 -W1 192.0.2.2
ip netns exec outside ping -c1 -W1 172.18.0.2
