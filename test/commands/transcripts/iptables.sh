iptables -V
iptables --version
iptables -S
iptables -L
iptables -nL
iptables -vnL
iptables -t nat -S
iptables -t nat -nvL --line-numbers
iptables -N web
iptables -N web
iptables -N INPUT
iptables -N -x
iptables -N averyveryveryverylongchainname
iptables -A INPUT -p tcp --dport 80 -j web
iptables -A web -j RETURN
iptables -I web -s 10.0.0.0/8 -j ACCEPT
iptables -I web 2 ! -s 10.0.0.0/8 -d 192.168.0.1 -i eth0 ! -o eth1 -p udp -m udp --sport 53:55 -j DROP
iptables -A web -g web2
iptables -N web2
iptables -A web -g web2
iptables -S
iptables -S web
iptables -S web 2
iptables -S web 99
iptables -S nosuch
iptables -L nosuch
iptables -L web
iptables -L web 1
iptables -nL web 3
iptables -nL web --line-numbers
iptables -vL web
iptables -nvxL web
iptables -D web 99
iptables -D web 2
iptables -D web -s 10.0.0.0/8 -j ACCEPT
iptables -D web -s 10.0.0.0/8 -j ACCEPT
iptables -C web -j RETURN
iptables -C web -j ACCEPT
iptables -R web 1 -j DROP
iptables -R web 9 -j DROP
iptables -E web shop
iptables -E nosuch x
iptables -X shop
iptables -F shop
iptables -X shop
iptables -F nosuch
iptables -X nosuch
iptables -Z
iptables -Z INPUT
iptables -Z nosuch
iptables -P FORWARD DROP
iptables -P FORWARD REJECT
iptables -P shop DROP
iptables -P nosuch DROP
iptables -S FORWARD
iptables -L FORWARD
iptables -A nosuch -j ACCEPT
iptables -A INPUT -j nosuch
iptables -A INPUT -p nosuch
iptables -A INPUT --dport 80
iptables -A INPUT -p tcp --dport
iptables -A INPUT -p tcp --dport 70000
iptables -A INPUT -p tcp --dport nosuch
iptables -A INPUT -s 300.0.0.1
iptables -A INPUT -s 10.0.0.0/33
iptables -A INPUT -m nosuch
iptables -A INPUT -o eth0
iptables -A OUTPUT -i eth0
iptables -A INPUT -j DNAT --to-destination 1.2.3.4
iptables -t nat -A POSTROUTING -j DNAT --to-destination 1.2.3.4
iptables -t nat -A INPUT -j MASQUERADE
iptables -t nosuch -S
iptables -A
iptables
iptables -Q
iptables -A INPUT foo
iptables -A INPUT -j ACCEPT -j DROP
iptables -A INPUT -j MARK
iptables -A INPUT -j LOG --log-prefix "a b"
iptables -t mangle -A PREROUTING -j MARK --set-mark 1
iptables -A INPUT -m conntrack --ctstate NOSUCH
iptables -A INPUT -m comment --comment "two words" -j ACCEPT
iptables -A INPUT -m mark ! --mark 0x4000/0x4000 -j DROP
iptables -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -m statistic --mode random --probability 0.5 -j ACCEPT
iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 5/sec -j REJECT
iptables -A INPUT -p tcp --syn -m multiport --dports 80,443 -j REJECT --reject-with tcp-reset
iptables -A INPUT -p udp -j REJECT --reject-with tcp-reset
iptables -w -A INPUT -s 1.2.3.4,5.6.7.8 -j ACCEPT
iptables -w 5 -A INPUT -s localhost -j ACCEPT
iptables -6 -S
iptables -4 -S
iptables -A INPUT -f -j DROP
iptables -S INPUT
iptables -nL INPUT
iptables -L INPUT
iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.1:8080
iptables -t nat -A PREROUTING -p udp -m addrtype --dst-type LOCAL -j DNAT --to-destination 10.0.0.1-10.0.0.5:8080-8090 --random
iptables -t nat -A POSTROUTING -s 10.0.0.0/8 ! -d 10.0.0.0/8 -j MASQUERADE --random-fully
iptables -t nat -A POSTROUTING -p tcp -j SNAT --to-source 1.1.1.1
iptables -t nat -A OUTPUT -p tcp -j REDIRECT --to-ports 81
iptables -t nat -nvL
iptables -t nat -L
iptables -t mangle -nL
iptables -t mangle -L
iptables -F
iptables -X
iptables -P FORWARD ACCEPT
iptables -S
iptables -S -v
iptables -6 -A INPUT
iptables -4 -N x
iptables -R nosuch 3 -j DROP
iptables -R INPUT 3 -j DROP
iptables -D INPUT 3
iptables -I INPUT 3 -j DROP
iptables -D INPUT 0
iptables -A INPUT -p tcp --dport 8080 -s 127.0.0.0/8 -d 127.0.0.1
iptables -A INPUT -p udp -m multiport --ports 53,514,69
iptables -A INPUT -p tcp -m multiport ! --sports 53,514:515,69 -j DROP
iptables -A INPUT -p sctp --dport 80 -g x
iptables -L INPUT
iptables -vS
iptables -vS INPUT 3
iptables -n -F
iptables -x -S
iptables --line-numbers -S
iptables -nA INPUT -j DROP
