# A mesh sidecar as Istio's init container writes its rules: traffic of the pod goes to the proxy, in and out.
# Lesson: the exception by uid keeps the proxy's own packets from coming back to it; 127.0.0.1 stays as it is; inbound goes to the pod's own address.
ip netns add other
ip netns exec other sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n other link set lo up
ip netns add pod
ip netns exec pod sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n pod link set lo up
ip link add eth0 netns other type veth peer name eth0 netns pod
ip -n other addr add 10.0.0.1/24 dev eth0
ip -n pod addr add 10.0.0.2/24 dev eth0
ip -n other link set eth0 up
ip -n pod link set eth0 up
ip netns exec pod iptables-restore <<EOF
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:ISTIO_INBOUND - [0:0]
:ISTIO_IN_REDIRECT - [0:0]
:ISTIO_OUTPUT - [0:0]
:ISTIO_REDIRECT - [0:0]
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A OUTPUT -p tcp -j ISTIO_OUTPUT
-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN
-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
-A ISTIO_OUTPUT -s 127.0.0.6/32 -o lo -j RETURN
-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -j ISTIO_REDIRECT
-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
COMMIT
EOF
# --- traffic ---
ip netns exec pod timeout 5 nc -k -l 15006 &
ip netns exec pod timeout 5 nc -k -l 15001 &
ip netns exec other timeout 5 nc -k -l 80 &
sleep 0.2
echo in | ip netns exec other timeout 0.7 nc -N -p 40001 10.0.0.2 8080
echo out | ip netns exec pod timeout 0.7 nc -N -p 40002 10.0.0.1 80
echo self | ip netns exec pod timeout 0.7 nc -N -p 40003 127.0.0.1 15006
ip netns exec pod iptables -t nat -R ISTIO_OUTPUT 2 -m owner --uid-owner 0 -j RETURN
echo out | ip netns exec pod timeout 0.7 nc -N -p 40004 10.0.0.1 80
wait
