# docker0 is deleted and made anew from flannel's subnet.env: --bip and --mtu, while a container runs. Both MASQUERADE rules are there at last.
# Lesson: Docker's own rule masquerades also what goes to other nodes' pods, unless --ip-masq=false; flannel's RETURN must come first.
FLANNEL_NETWORK=10.244.0.0/16
FLANNEL_SUBNET=10.244.1.1/24
FLANNEL_MTU=1450
ip netns add node1
ip netns exec node1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node1 link set lo up
ip netns add node2
ip netns exec node2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n node2 link set lo up
ip netns add c1
ip netns exec c1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c1 link set lo up
ip netns add c2
ip netns exec c2 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c2 link set lo up
ip netns add out
ip netns exec out sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n out link set lo up
ip link add eth0 netns node1 type veth peer name eth0 netns node2
ip -n node1 addr add 192.168.0.11/24 dev eth0
ip -n node2 addr add 192.168.0.12/24 dev eth0
ip -n node1 link set eth0 up
ip -n node2 link set eth0 up
ip -n node1 link add docker0 type bridge
ip -n node1 addr add 172.17.0.1/16 dev docker0
ip -n node1 link set docker0 up
ip link add eth0 netns c1 type veth peer name veth1 netns node1
ip -n node1 link set veth1 master docker0
ip -n node1 link set veth1 up
ip -n c1 addr add 172.17.0.2/16 dev eth0
ip -n c1 link set eth0 up
ip -n c1 route add default via 172.17.0.1
ip -n node2 link add docker0 type bridge
ip -n node2 addr add 10.244.2.1/24 dev docker0
ip -n node2 link set docker0 up
ip link add eth0 netns c2 type veth peer name veth2 netns node2
ip -n node2 link set veth2 master docker0
ip -n node2 link set veth2 up
ip -n c2 addr add 10.244.2.2/24 dev eth0
ip -n c2 link set eth0 up
ip -n c2 route add default via 10.244.2.1
ip -n node1 route add 10.244.2.0/24 via 192.168.0.12
ip -n node2 route add 10.244.1.0/24 via 192.168.0.11
ip netns exec node1 iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
# --- traffic ---
ip netns exec c1 ping -c1 -W1 10.244.2.2
ip -n node1 link set docker0 down
ip -n node1 link del docker0
ip netns exec c1 ping -c1 -W1 172.17.0.1
ip -n node1 link add docker0 type bridge
ip -n node1 addr add $FLANNEL_SUBNET dev docker0
ip -n node1 link set docker0 mtu $FLANNEL_MTU
ip -n node1 link set docker0 up
ip netns exec node1 iptables -t nat -F POSTROUTING
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.244.1.0/24 ! -o docker0 -j MASQUERADE
ip -n node1 link set veth1 master docker0
ip -n node1 link set veth1 mtu $FLANNEL_MTU
ip -n c1 link set eth0 mtu $FLANNEL_MTU
ip -n c1 addr del 172.17.0.2/16 dev eth0
ip -n c1 addr add 10.244.1.2/24 dev eth0
ip -n c1 route add default via 10.244.1.1
ip netns exec c1 ping -c1 -W1 10.244.2.2
ip netns exec node1 iptables -t nat -I POSTROUTING -s $FLANNEL_NETWORK -d $FLANNEL_NETWORK -j RETURN
ip netns exec node1 iptables -t nat -A POSTROUTING -s $FLANNEL_NETWORK ! -d 224.0.0.0/4 -j MASQUERADE
ip netns exec c1 ping -c1 -W1 10.244.2.2
ip netns exec c1 ping -c1 -W1 192.168.0.12
ip netns exec c1 ping -c1 -W1 -M do -s 1450 10.244.2.2
ip -n node1 link show docker0
