cat /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv4/ip_forward
cat /proc/sys/net/ipv4/ip_forward
sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding
echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter
cat < /proc/sys/net/ipv4/conf/all/rp_filter
ip link add v1.2 type veth peer name q
echo 1 > /proc/sys/net/ipv4/conf/v1.2/proxy_arp
sysctl net/ipv4/conf/v1.2/proxy_arp
cat /proc/sys/net/ipv4/conf/v1.2/proxy_arp /proc/sys/net/ipv4/ip_forward
cat /dev/null
ip netns add proc-files
ip netns exec proc-files cat /proc/sys/net/ipv4/ip_forward
ip netns exec proc-files sysctl -w net.ipv4.conf.lo.rp_filter=2
ip netns exec proc-files cat /proc/sys/net/ipv4/conf/lo/rp_filter
cat /proc/sys/net/ipv4/conf/lo/rp_filter
ip netns del proc-files
cat /proc/sys/net/ipv4/conf/nosuch/rp_filter
echo 5 > /proc/sys/net/netfilter/nf_conntrack_max
echo 5 >> /proc/sys/net/netfilter/nf_conntrack_buckets
