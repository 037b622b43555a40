iptables -A FORWARD -p tcp --sport 1024: --dport :80
iptables -A FORWARD -p tcp ! --sport 5 ! --dport 80:90
iptables -A FORWARD -p tcp --tcp-flags SYN,ACK SYN
iptables -A FORWARD -p tcp ! --syn
iptables -A FORWARD -p tcp --tcp-flags ALL NONE
iptables -A FORWARD -p tcp --tcp-option 5
iptables -A FORWARD -p udp --sport 53 --dport 1:5
iptables -A FORWARD -p udp ! --dport 53
iptables -A FORWARD -p sctp --dport 80
iptables -A FORWARD -p icmp --icmp-type fragmentation-needed
iptables -A FORWARD -p icmp --icmp-type any
iptables -A FORWARD -p icmp ! --icmp-type 0
iptables -A FORWARD -p icmp --icmp-type 13/5
iptables -A FORWARD -m state ! --state INVALID
iptables -A FORWARD -m conntrack ! --ctstate INVALID,UNTRACKED,SNAT,DNAT
iptables -A FORWARD -m conntrack --ctproto 6 --ctorigsrc 10.0.0.0/8 --ctorigdst 10.1.1.1 --ctorigdstport 80 --ctstatus ASSURED --ctdir ORIGINAL
iptables -A FORWARD -m mark ! --mark 1/0xff
iptables -A FORWARD -m mark --mark 7
iptables -A FORWARD -m connmark --mark 5
iptables -A FORWARD -m connmark ! --mark 5/7
iptables -A FORWARD -p tcp -m multiport ! --sports 1,2
iptables -A FORWARD -p tcp -m multiport --ports 1,2:3
iptables -A FORWARD -m addrtype ! --src-type LOCAL --dst-type UNICAST,LOCAL --limit-iface-in
iptables -A FORWARD -m addrtype --dst-type LOCAL --limit-iface-out
iptables -A FORWARD -m statistic --mode nth --every 3 --packet 1
iptables -A FORWARD -m statistic --mode nth --every 3
iptables -A FORWARD -m statistic --mode random ! --probability 0.25
iptables -A FORWARD -m limit --limit 10/minute --limit-burst 20
iptables -A FORWARD -m limit
iptables -A FORWARD -m physdev --physdev-in eth0 ! --physdev-out e+ --physdev-is-bridged
iptables -A FORWARD -m mac ! --mac-source 02:00:00:00:00:01
iptables -A FORWARD -m mac --mac-source 02:00:00:00:00:01
iptables -A FORWARD -m iprange --src-range 1.2.3.4-1.2.3.9 ! --dst-range 5.5.5.5-5.5.5.6
iptables -A FORWARD -m length --length 100:200
iptables -A FORWARD -m length ! --length 100
iptables -A FORWARD -m ttl --ttl-eq 5
iptables -A FORWARD -m ttl ! --ttl-eq 5
iptables -A FORWARD -m ttl --ttl-lt 5
iptables -A FORWARD -m ttl --ttl-gt 5
iptables -A FORWARD -m tos --tos 0x10/0x3f
iptables -A FORWARD -m tos ! --tos 8
iptables -A FORWARD -m dscp --dscp 10
iptables -A FORWARD -m dscp ! --dscp-class EF
iptables -A FORWARD -p tcp -m tcpmss --mss 100:500
iptables -A FORWARD -p tcp -m tcpmss ! --mss 100
iptables -A FORWARD -m pkttype --pkt-type broadcast
iptables -A FORWARD -m pkttype ! --pkt-type unicast
iptables -A FORWARD -m recent --set
iptables -A FORWARD -m recent --update --seconds 60 --hitcount 4 --name x --rdest --mask 255.255.255.0 --rttl
iptables -A FORWARD -m recent ! --rcheck --seconds 6 --reap
iptables -A FORWARD -m recent --remove
iptables -A FORWARD -m comment --comment "it is # \"here\""
iptables -A FORWARD -j LOG
iptables -A FORWARD -j LOG --log-level 7 --log-prefix "a b: " --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode
iptables -A INPUT -j REJECT
iptables -A INPUT -j REJECT --reject-with icmp-admin-prohibited
iptables -A FORWARD -j RETURN
iptables -S FORWARD
iptables -nL FORWARD
iptables -L FORWARD
iptables -L INPUT
iptables -t mangle -A PREROUTING -j MARK --set-mark 0x10
iptables -t mangle -A PREROUTING -j MARK --set-xmark 0x10/0xff
iptables -t mangle -A PREROUTING -j MARK --set-mark 0x10/0xff
iptables -t mangle -A PREROUTING -j MARK --or-mark 0x10
iptables -t mangle -A PREROUTING -j MARK --and-mark 0x10
iptables -t mangle -A PREROUTING -j MARK --xor-mark 0x10
iptables -t mangle -A PREROUTING -j CONNMARK --save-mark
iptables -t mangle -A PREROUTING -j CONNMARK --restore-mark --mask 0xff
iptables -t mangle -A PREROUTING -j CONNMARK --save-mark --nfmask 0xf --ctmask 0xff
iptables -t mangle -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xff
iptables -t mangle -A PREROUTING -j CONNMARK --set-mark 5/7
iptables -t mangle -A PREROUTING -j CONNMARK --or-mark 5
iptables -t mangle -A PREROUTING -j TTL --ttl-set 5
iptables -t mangle -A PREROUTING -j TTL --ttl-inc 5
iptables -t mangle -A PREROUTING -j TTL --ttl-dec 5
iptables -t mangle -A PREROUTING -j TOS --set-tos 8
iptables -t mangle -A PREROUTING -j TOS --set-tos 8/0xf
iptables -t mangle -A PREROUTING -j DSCP --set-dscp 8
iptables -t mangle -A FORWARD -p tcp --syn -j TCPMSS --set-mss 1000
iptables -t mangle -A FORWARD -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t mangle -A POSTROUTING -j CLASSIFY --set-class 1:2
iptables -t mangle -S
iptables -t mangle -nL
iptables -t mangle -L
iptables -t raw -A PREROUTING -j NOTRACK
iptables -t raw -A PREROUTING -j CT --notrack
iptables -t raw -A PREROUTING -j CT --zone 5
iptables -t raw -A PREROUTING -j TRACE
iptables -t raw -S
iptables -t raw -L
iptables -t nat -A PREROUTING -j NETMAP --to 10.0.0.0/24
iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1-1.1.1.5:80-90 --random --persistent
iptables -t nat -A PREROUTING -j DNAT --to-destination 1.1.1.1
iptables -t nat -A POSTROUTING -p tcp -j MASQUERADE --to-ports 1000-2000 --random
iptables -t nat -A POSTROUTING -j MASQUERADE
iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 1.1.1.1:5-9 --random-fully --persistent
iptables -t nat -A OUTPUT -p tcp -j REDIRECT --to-ports 80 --random
iptables -t nat -A OUTPUT -p tcp -j REDIRECT --to-ports 80-81
iptables -t nat -A OUTPUT -j REDIRECT
iptables -t nat -S
iptables -t nat -nL
iptables -t nat -L
