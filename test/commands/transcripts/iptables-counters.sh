iptables -A INPUT -c 1 99999 -m ttl --ttl-eq 1
iptables -A INPUT -c 99999 100000 -m ttl ! --ttl-eq 1 -j ACCEPT
iptables -A INPUT -c 100000 9999999 -p tcp -m tcp --dport 80 -j LOG
iptables -A INPUT -c 9999999 99999999999 -s 1.2.3.4 -j DROP
iptables -A INPUT -c 12345678901 9999999999999 -i eth0 -m comment --comment "long comment with spaces and more" -j REJECT
iptables -A INPUT -p tcp -m multiport ! --dports 80,443,8000:8080 -m comment --comment x -j ACCEPT
iptables -A INPUT -p icmp -m icmp ! --icmp-type echo-request -j RETURN
iptables -A INPUT -i averyverylongna -j ACCEPT
iptables -A OUTPUT -o averyverylongna+ -d 255.255.255.255/32 -j ACCEPT
iptables -A FORWARD -s 100.100.100.0/255.255.255.128 -d 100.100.100.128/25 -j ACCEPT
iptables -A FORWARD ! -s 100.100.100.0/255.255.255.128 ! -d 100.100.100.128/25 ! -i x ! -o y -j ACCEPT
iptables -P FORWARD DROP
iptables -N KUBE-A-VERY-LONG-CHAIN-NAME
iptables -A FORWARD -j KUBE-A-VERY-LONG-CHAIN-NAME
iptables -L -n -v
iptables -L -n -v -x
iptables -L -v
iptables -L -n --line-numbers
iptables -L INPUT 3 -n -v
iptables -L INPUT 99 -n -v
iptables -S INPUT 3
iptables -v -S INPUT
iptables -v -S
iptables -Z INPUT 3
iptables -L INPUT -n -v -Z
iptables -L INPUT -nvx
iptables-save -c
iptables -C INPUT -s 1.2.3.4 -j DROP
iptables -C INPUT -s 1.2.3.5 -j DROP
iptables -D INPUT -p icmp -m icmp ! --icmp-type 8 -j RETURN
iptables -D INPUT -p icmp -m icmp --icmp-type 8 -j RETURN
iptables -R INPUT 1 -m ttl --ttl-gt 4
iptables -I INPUT 3 -m dscp --dscp 4
iptables -I INPUT 30 -m dscp --dscp 4
iptables -S INPUT
iptables -t nat -A POSTROUTING -m statistic --mode random --probability 0.33333333349 -j MASQUERADE
iptables -t nat -A POSTROUTING -m statistic --mode random ! --probability 0.5 -j MASQUERADE --random-fully
iptables -t nat -A POSTROUTING -m statistic --mode nth --every 10 --packet 3 -j SNAT --to-source 1.1.1.1-1.1.1.5 --persistent
iptables -t nat -A PREROUTING -m recent --name DEFAULT --rcheck --seconds 10800 --reap --rsource -j DNAT --to-destination 10.0.0.1
iptables -t nat -A PREROUTING -p udp -m recent --update --hitcount 3 --rttl --rdest -j REDIRECT --to-ports 53
iptables -t nat -nvL
iptables -t nat -L
iptables -t nat -S
iptables -t mangle -A FORWARD -m conntrack ! --ctstate NEW,RELATED ! --ctorigsrc 10.0.0.0/8 --ctreplsrcport 80:90 ! --ctexpire 10:20 --ctdir REPLY --ctstatus ASSURED,CONFIRMED -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00
iptables -t mangle -A FORWARD -m connmark ! --mark 0x1/0xf -m mark --mark 0x0/0x10 -j MARK --set-xmark 0x1/0xffffffff
iptables -t mangle -A FORWARD -m state --state NEW,INVALID -j TOS --set-tos 0x10/0x3f
iptables -t mangle -A FORWARD -m hashlimit --hashlimit-above 10/min --hashlimit-burst 20 --hashlimit-name h --hashlimit-mode dstip --hashlimit-dstmask 16 --hashlimit-htable-expire 100 -j DSCP --set-dscp-class AF42
iptables -t mangle -A FORWARD -m addrtype ! --src-type LOCAL,BROADCAST --dst-type UNICAST -m physdev ! --physdev-in x+ --physdev-is-bridged -j CLASSIFY --set-class 10:20
iptables -t mangle -nvL FORWARD
iptables -t mangle -L FORWARD
iptables -t mangle -S FORWARD
iptables -t security -S
iptables -t security -L -n
iptables -t raw -L -n
iptables -t raw -S
iptables -N foo
iptables -A INPUT -j foo
iptables -nvL -Z
iptables -t nat -nvL -Z
iptables -vSZ
iptables -vS INPUT -Z
