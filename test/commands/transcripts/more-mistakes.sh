conntrack -L -j -n
conntrack -L -n -j
conntrack -L -j -g
conntrack -L -g -j
conntrack -L -n -g
conntrack -L -j
conntrack -L --any-nat --src-nat
conntrack -D -j -n
ip link set lo up
ip addr add 10.0.0.1/24 dev lo
conntrack -L -p tcp --sport 80 --orig-src 1.2.3.4
conntrack -D -p tcp
conntrack -D -p nosuch -s 1.2.3.4
conntrack -D -s 10.0.0.1 -d
conntrack -F -p tcp
conntrack --list --proto tcp
conntrack --dump
conntrack -L -o extended
ip netns exec nosuch ping -c1 10.0.0.1
ip netns exec
ip netns add a b
ip netns del a b
ip netns list
ip -n a -n b link
ip link show up foo
ip -n a addr add 10.0.0.1/24 dev lo
ip -n a link set lo upp
ip netns exec a ip link set lo up
ip netns exec a ping -c1 -W1 10.0.0.1 -c 2
ip netns exec a nc -z -w1 10.0.0.1 80 81
ip netns exec a sysctl net.ipv4.ip_forward=2
ip netns exec a sysctl -n net.ipv4.ip_forward
ip netns exec a sysctl net.ipv4.conf.all.forwarding=x
ip netns exec a iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE --to-ports x
ip netns exec a iptables -t nat -A POSTROUTING -p tcp -j MASQUERADE --to-ports 99999
ip netns exec a iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:99999
ip netns exec a iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination :80
ip netns exec a iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:80-70
ip netns exec a iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.9-10.0.0.1
ip netns exec a iptables -t nat -A PREROUTING -j NETMAP
ip netns exec a iptables -t nat -A PREROUTING -j NETMAP --to 10.0.0.0/33
ip netns exec a iptables -A FORWARD -m iprange --src-range 10.0.0.9-10.0.0.1 -j ACCEPT
ip netns exec a iptables -A FORWARD -m iprange -j ACCEPT
ip netns exec a iptables -A FORWARD -m mac --mac-source 1:2:3 -j ACCEPT
ip netns exec a iptables -A OUTPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT
ip netns exec a iptables -A FORWARD -m length --length x -j ACCEPT
ip netns exec a iptables -A FORWARD -m ttl --ttl-eq 256 -j ACCEPT
ip netns exec a iptables -A FORWARD -m tos --tos x -j ACCEPT
ip netns exec a iptables -A FORWARD -m dscp --dscp 64 -j ACCEPT
ip netns exec a iptables -A FORWARD -m owner --uid-owner 0 -j ACCEPT
ip netns exec a iptables -A OUTPUT -m owner --uid-owner nosuch -j ACCEPT
ip netns exec a iptables -A FORWARD -m physdev --physdev-foo x -j ACCEPT
ip netns exec a iptables -A FORWARD -m connlimit --connlimit-above x -j ACCEPT
ip netns exec a iptables -A FORWARD -m recent -j ACCEPT
ip netns exec a iptables -A FORWARD -m hashlimit -j ACCEPT
ip netns exec a iptables -A FORWARD -m hashlimit --hashlimit-upto 5/s -j ACCEPT
ip netns exec a iptables -t mangle -A FORWARD -j TTL
ip netns exec a iptables -A FORWARD -j TTL --ttl-set 5
ip netns exec a iptables -t mangle -A FORWARD -j TCPMSS --clamp-mss-to-pmtu
ip netns exec a iptables -t mangle -A FORWARD -p tcp -j TCPMSS --clamp-mss-to-pmtu
ip netns exec a iptables -t raw -A FORWARD -j ACCEPT
ip netns exec a iptables -t raw -A PREROUTING -j CT
ip netns exec a iptables -A FORWARD -j LOG --log-level foo
ip netns exec a iptables -A FORWARD -j LOG --log-prefix averyveryveryverylongprefixthatistoolong
ip netns exec a iptables -t nat -A PREROUTING -j DROP
ip netns exec a iptables -S
ip netns exec a iptables -t nat -S
printf '*filter\n-A FORWARD -j ACCEPT\n' | ip netns exec a iptables-restore
printf -- '-A FORWARD -j ACCEPT\nCOMMIT\n' | ip netns exec a iptables-restore
printf '*filter\n-A NOSUCH -j ACCEPT\nCOMMIT\n' | ip netns exec a iptables-restore
printf '*filter\n:FOO ACCEPT [0:0]\nCOMMIT\n' | ip netns exec a iptables-restore
printf '*filter\n:INPUT NOSUCH [0:0]\nCOMMIT\n' | ip netns exec a iptables-restore
printf '*filter\n:INPUT ACCEPT [x:0]\nCOMMIT\n' | ip netns exec a iptables-restore -c
printf '*filter\nfoo\nCOMMIT\n' | ip netns exec a iptables-restore
printf '*filter\nCOMMIT\nCOMMIT\n' | ip netns exec a iptables-restore
ip netns exec a iptables -S
