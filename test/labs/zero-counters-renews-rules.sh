# Setting counters to zero, and what else begins anew with them.
# Lesson: iptables-nft replaces a rule to zero it, but only where something was counted: nth, limit, quota and connlimit forget then, while lists with a name stay.
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
ip netns exec b iptables -A INPUT -m statistic --mode nth --every 3 --packet 1
ip netns exec b iptables -A INPUT -m limit --limit 1/hour --limit-burst 2
ip netns exec b iptables -A INPUT -m quota --quota 168
ip netns exec b iptables -A INPUT -p icmp -m connlimit --connlimit-above 1
ip netns exec b iptables -A INPUT -m recent --name seen --rcheck
ip netns exec b iptables -A INPUT -m recent --name seen --set
ip netns exec b iptables -A INPUT -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-name h --hashlimit-mode srcip
ip netns exec b iptables -A INPUT -m connbytes --connbytes 2 --connbytes-dir both --connbytes-mode packets
ip netns exec b iptables -A INPUT -s 10.9.9.9
# --- traffic ---
ip netns exec a ping -c2 -i 0.2 -W1 10.0.0.2
ip netns exec b iptables -Z INPUT
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b iptables -Z INPUT 1
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b iptables -Z
ip netns exec b iptables -Z
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b iptables -Z INPUT 3
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b iptables -P INPUT ACCEPT
ip netns exec a ping -c1 -W1 10.0.0.2
ip netns exec b iptables -L INPUT -n -v -x
