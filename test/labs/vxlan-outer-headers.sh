# A VXLAN device that asks the whole list of remotes, and outer headers by rule: TTL, type of service, DF.
# Lesson: what is unknown goes to each remote of the all-zero entry, the latest first; TTL and TOS of the outer packet are the device's or the inner packet's.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip netns add c
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n c link set lo up
ip netns add u
ip netns exec u sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1
ip -n u link set lo up
ip -n u link add ubr type bridge
ip -n u addr add 192.168.50.254/24 dev ubr
ip -n u link set ubr up
ip link add eth0 netns a type veth peer name ua netns u
ip -n u link set ua master ubr
ip -n u link set ua up
ip -n a addr add 192.168.50.1/24 dev eth0
ip -n a link set eth0 up
ip link add eth0 netns b type veth peer name ub netns u
ip -n u link set ub master ubr
ip -n u link set ub up
ip -n b addr add 192.168.50.2/24 dev eth0
ip -n b link set eth0 up
ip link add eth0 netns c type veth peer name uc netns u
ip -n u link set uc master ubr
ip -n u link set uc up
ip -n c addr add 192.168.50.3/24 dev eth0
ip -n c link set eth0 up
ip -n a link add vx type vxlan id 7 local 192.168.50.1 dev eth0 dstport 4789 tos inherit ttl inherit
ip -n b link add vx type vxlan id 7 local 192.168.50.2 dev eth0 dstport 4789 ttl 5 tos 0x10 df set
ip -n c link add vx type vxlan id 8 local 192.168.50.3 dev eth0 dstport 4789 df inherit
bridge -n a fdb append 00:00:00:00:00:00 dev vx dst 192.168.50.2
bridge -n a fdb append 00:00:00:00:00:00 dev vx dst 192.168.50.3
bridge -n b fdb append 00:00:00:00:00:00 dev vx dst 192.168.50.1
bridge -n c fdb append 00:00:00:00:00:00 dev vx dst 192.168.50.1
ip -n a addr add 10.7.0.1/24 dev vx
ip -n b addr add 10.7.0.2/24 dev vx
ip -n c addr add 10.7.0.3/24 dev vx
ip -n a link set vx up
ip -n b link set vx up
ip -n c link set vx up
# --- traffic ---
ip netns exec a ping -c1 -W1 10.7.0.2
ip netns exec a ping -c1 -W1 -Q 0x28 10.7.0.2
ip netns exec a ping -c1 -W1 -Q 0x03 -t 9 10.7.0.2
ip netns exec a ping -c1 -W1 -s 1450 10.7.0.2
ip netns exec a ping -c1 -W1 -M do -s 1450 10.7.0.2
ip netns exec a arping -c1 -w1 -I vx 10.7.0.3
ip -n a link set vx mtu 1500
ip netns exec a ping -c1 -W1 -s 1472 10.7.0.2
ip -n b link set vx mtu 1500
ip netns exec b ping -c1 -W1 -s 1472 10.7.0.1
bridge -n b fdb del 00:00:00:00:00:00 dev vx dst 192.168.50.1
ip -n b neigh flush dev vx
ip netns exec b arping -c1 -w1 -I vx 10.7.0.1
ip -n b link set vx down
ip netns exec a arping -c1 -w1 -I vx 10.7.0.2
