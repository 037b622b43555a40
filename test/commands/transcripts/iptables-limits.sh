ipset create S hash:ip
ipset create P hash:ip,port
nfacct add n
iptables -A INPUT -m recent --rcheck --hitcount 20 --seconds 5
iptables -A INPUT -m recent --rcheck --hitcount 21 --seconds 5 --name b
iptables -A INPUT -m recent --rcheck --hitcount 255 --name c
iptables -A INPUT -m recent --rcheck --hitcount 256 --name d
iptables -A INPUT -m recent --rcheck --hitcount 65535 --name e
iptables -A INPUT -m recent --rcheck --hitcount 65536 --name f
iptables -A INPUT -m recent --set --hitcount 3
iptables -A INPUT -m recent --set --rttl
iptables -A INPUT -m recent --rcheck --reap
iptables -A INPUT -m recent --set --name a/b
iptables -A INPUT -m recent --set --name ""
iptables -A INPUT -m recent --set --mask 255.0.255.0
iptables -A INPUT -m recent --set --mask 300.0.0.0
iptables -A INPUT -m limit --limit 10001/sec
iptables -A INPUT -m limit --limit 10000/sec
iptables -A INPUT -m limit --limit-burst 10001
iptables -A INPUT -m limit --limit 1/fortnight
iptables -A INPUT -m connlimit --connlimit-above 1 --connlimit-mask 33
iptables -A INPUT -m connlimit --connlimit-above 4294967295
iptables -A INPUT -m connlimit --connlimit-above 4294967296
iptables -A INPUT -m set --match-set T src
iptables -A INPUT -m set --match-set P src
iptables -A INPUT -m set --match-set S src,dst,src
iptables -A INPUT -m set --match-set S src,dst,src,dst,src,dst,src
iptables -A INPUT -j SET --add-set P src
iptables -A INPUT -m nfacct --nfacct-name m
iptables -A INPUT -m nfacct --nfacct-name n
iptables -A INPUT -m statistic --mode nth --every 0 --packet 0
iptables -A INPUT -m statistic --mode nth --every 2 --packet 2
iptables -A INPUT -m statistic --mode random --probability 1.1
iptables -A INPUT -m statistic --mode random --probability 0.00000000001
iptables -A INPUT -m length --length 65536
iptables -A INPUT -m length --length 5:4
iptables -A INPUT -m ttl --ttl-eq 256
iptables -A INPUT -m tos --tos 0x100
iptables -A INPUT -m dscp --dscp 64
iptables -A INPUT -m dscp --dscp-class XX
iptables -A INPUT -m mark --mark 0x100000000
iptables -A INPUT -m mark --mark 1/2
iptables -A INPUT -m connmark --mark 4294967295/1
iptables -A INPUT -m quota --quota 18446744073709551615
iptables -A INPUT -m quota --quota 18446744073709551616
iptables -A INPUT -m pkttype --pkt-type loopback
iptables -A INPUT -m mac --mac-source 1:2:3:4:5:6
iptables -A INPUT -m mac --mac-source 1:2:3:4:5
iptables -A INPUT -m iprange --src-range 1.2.3.4-
iptables -A INPUT -p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
iptables -A INPUT -p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
iptables -A INPUT -p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15
iptables -A INPUT -p tcp -m tcp --tcp-flags SYN
iptables -A INPUT -p tcp -m tcp --tcp-flags SYN,XXX SYN
iptables -A INPUT -p tcp -m tcp --tcp-option 0
iptables -A INPUT -p tcp -m tcp --tcp-option 256
iptables -A INPUT -p tcp -m tcpmss --mss 70000
iptables -A INPUT -p icmp --icmp-type 256
iptables -A INPUT -p icmp --icmp-type 3/256
iptables -A INPUT -p icmp --icmp-type foo
iptables -A INPUT -m icmp --icmp-type 8
iptables -A INPUT -p udp -m tcp --dport 5
iptables -A INPUT -m conntrack --ctstate FOO
iptables -A INPUT -m conntrack --ctstatus FOO
iptables -A INPUT -m conntrack --ctexpire 4294967296
iptables -A INPUT -m conntrack --ctdir BOTH
iptables -A INPUT -m addrtype --src-type FOO
iptables -A INPUT -m addrtype --src-type LOCAL --limit-iface-in --limit-iface-out
iptables -A INPUT -m connbytes --connbytes 5:4 --connbytes-dir both --connbytes-mode bytes
iptables -A INPUT -m connbytes --connbytes 5 --connbytes-dir x --connbytes-mode bytes
iptables -A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name a/b
iptables -A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name .
iptables -A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-mode srcip --hashlimit-srcmask 33
iptables -A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-htable-expire 0
iptables -A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-burst 0
iptables -A INPUT -m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-burst 10001
iptables -A INPUT -m physdev --physdev-in averyveryverylongname
iptables -A OUTPUT -m owner --uid-owner nosuchuser
iptables -A OUTPUT -m owner --uid-owner 5-4
iptables -A OUTPUT -m owner --uid-owner 4294967295
iptables -A INPUT -j LOG --log-level 8
iptables -A INPUT -j LOG --log-prefix "123456789012345678901234567890"
iptables -A INPUT -j NFLOG --nflog-group 65536
iptables -A INPUT -j NFLOG --nflog-threshold 65536
iptables -A INPUT -j REJECT --reject-with tcp-reset
iptables -A INPUT -p udp -j REJECT --reject-with tcp-reset
iptables -A INPUT -j REJECT --reject-with foo
iptables -A INPUT -j MARK
iptables -A INPUT -j CONNMARK --save-mark --mask 1 --nfmask 1
iptables -A INPUT -j CONNMARK --set-mark 1 --save-mark
iptables -A INPUT -j CONNMARK --set-mark 1 --mask 5
iptables -t mangle -A INPUT -j TTL --ttl-set 256
iptables -t mangle -A INPUT -j TTL --ttl-inc 0
iptables -t mangle -A INPUT -j TOS --set-tos 256
iptables -t mangle -A INPUT -j DSCP --set-dscp 64
iptables -A INPUT -p tcp -j TCPMSS --set-mss 65516
iptables -A INPUT -p tcp -j TCPMSS --set-mss 65515
iptables -A INPUT -j TCPMSS --set-mss 1000
iptables -A OUTPUT -j CLASSIFY --set-class 1
iptables -A OUTPUT -j CLASSIFY --set-class 1:10000
iptables -A OUTPUT -j CLASSIFY --set-class :1
iptables -t raw -A PREROUTING -j CT --zone 65536
iptables -t raw -A PREROUTING -j CT --zone 65535
iptables -t raw -A PREROUTING -j CT --zone 0
iptables -t nat -A PREROUTING -j DNAT
iptables -t nat -A PREROUTING -j DNAT --to-destination 1.1.1.1:80
iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1:90-80
iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.5-1.1.1.1
iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1:80/90
iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1 --to-destination 1.1.1.2
iptables -t nat -A PREROUTING -j NETMAP --to 10.0.0.0/33
iptables -t nat -A PREROUTING -j NETMAP --to 10.0.0.5/24
iptables -t nat -A PREROUTING -p tcp -j REDIRECT --to-ports 80:90
iptables -t nat -A PREROUTING -j REDIRECT --to-ports 80
iptables -t nat -A POSTROUTING -j MASQUERADE --to-ports 80
iptables -t nat -A POSTROUTING -p tcp -j MASQUERADE --to-ports 70000
iptables -S
iptables -t nat -S
iptables -t mangle -S
iptables -t raw -S
