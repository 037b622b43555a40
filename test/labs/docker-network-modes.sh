# Network modes of Docker: bridge, host, none, and container (another's network).
# Lesson: host mode is the host itself and its ports are the host's; container mode shares one lo and one address; none has lo alone.
ip netns add host
ip netns exec host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n host link set lo up
ip netns add app
ip netns exec app sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n app link set lo up
ip netns add none
ip netns exec none sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n none link set lo up
ip netns add out
ip netns exec out sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n out link set lo up
ip -n host link add docker0 type bridge
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip link add eth0 netns app type veth peer name veth1 netns host
ip -n host link set veth1 master docker0
ip -n host link set veth1 up
ip -n app addr add 172.17.0.2/16 dev eth0
ip -n app link set eth0 up
ip -n app route add default via 172.17.0.1
ip link add eth0 netns host type veth peer name eth0 netns out
ip -n host addr add 192.168.0.1/24 dev eth0
ip -n out addr add 192.168.0.9/24 dev eth0
ip -n host link set eth0 up
ip -n out link set eth0 up
ip -n out route add 172.17.0.0/16 via 192.168.0.1
ip netns exec host iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
# --- traffic ---
ip netns exec app timeout 2 nc -l 8080 &
ip netns exec host timeout 2 nc -l 9090 &
sleep 0.2
echo sidecar | ip netns exec app timeout 0.7 nc -N -p 40001 127.0.0.1 8080
echo hi | ip netns exec app timeout 0.7 nc -N -p 40002 172.17.0.1 9090
wait
ip netns exec none ping -c1 -W1 172.17.0.1
ip netns exec none ping -c1 -W1 127.0.0.1
ip netns exec host timeout 2 nc -l 9090 &
sleep 0.2
echo hi | ip netns exec out timeout 0.7 nc -N -p 40003 192.168.0.1 9090
wait
ip netns exec host timeout 0.7 nc -z -p 40004 127.0.0.1 8080
