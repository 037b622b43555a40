iptables
iptables -A
iptables -A INPUT -j
iptables -A INPUT -j NOSUCH
iptables -A NOSUCH -j ACCEPT
iptables -A INPUT -p tcp --dport
iptables -A INPUT --dport 80 -j ACCEPT
iptables -A INPUT -p tcp --dport 99999 -j ACCEPT
iptables -A INPUT -p tcp --dport http -j ACCEPT
iptables -A INPUT -p nosuch -j ACCEPT
iptables -A INPUT -s 10.0.0.0/33 -j ACCEPT
iptables -A INPUT -s 10.0.0.300 -j ACCEPT
iptables -A INPUT -i -j ACCEPT
iptables -A INPUT -o eth0 -j ACCEPT
iptables -A OUTPUT -i eth0 -j ACCEPT
iptables -A INPUT -m nosuch -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISED -j ACCEPT
iptables -A INPUT -m conntrack -j ACCEPT
iptables -A INPUT -m state --state FOO -j ACCEPT
iptables -A INPUT -m multiport --dports 80 -j ACCEPT
iptables -A INPUT -m limit --limit 5/foo -j ACCEPT
iptables -A INPUT -m comment -j ACCEPT
iptables -A INPUT -j REJECT --reject-with foo
iptables -A INPUT -j DNAT --to-destination 1.2.3.4
iptables -t nat -A PREROUTING -j DNAT
iptables -t nat -A PREROUTING -j DNAT --to 1.2.3.4:80
iptables -t nat -A PREROUTING -j SNAT --to-source 1.2.3.4
iptables -t nat -A PREROUTING -j MASQUERADE
iptables -t nat -A POSTROUTING -o -j MASQUERADE
iptables -t nat -A OUTPUT -p tcp -j REDIRECT --to-ports x
iptables -t nosuch -A INPUT -j ACCEPT
iptables -t nat -A FORWARD -j ACCEPT
iptables -D INPUT 99
iptables -D INPUT -s 1.2.3.4 -j ACCEPT
iptables -D INPUT x
iptables -I INPUT 99 -j ACCEPT
iptables -I INPUT 0 -j ACCEPT
iptables -R INPUT 5 -j ACCEPT
iptables -R INPUT -j ACCEPT
iptables -N INPUT
iptables -N
iptables -N averyveryveryveryveryveryverylongname
iptables -N foo
iptables -N foo
iptables -N -x
iptables -X nosuch
iptables -X INPUT
iptables -P foo DROP
iptables -P INPUT REJECT
iptables -P INPUT
iptables -F nosuch
iptables -L nosuch
iptables -S nosuch
iptables -E foo INPUT
iptables -E nosuch bar
iptables -E foo
iptables -C INPUT -j DROP
iptables -A INPUT -j foo
iptables -X foo
iptables -A foo -j foo
iptables -A INPUT -j ACCEPT -j DROP
iptables -A INPUT -A INPUT -j ACCEPT
iptables -A INPUT foo
iptables -A INPUT -s ! 1.2.3.4 -j ACCEPT
iptables -A INPUT ! -j ACCEPT
iptables -A INPUT -m mark --mark x -j ACCEPT
iptables -t mangle -A INPUT -j MARK
iptables -t mangle -A INPUT -j MARK --set-mark x
iptables -t mangle -A INPUT -j MARK --set-xmark 1/x
iptables -Z nosuch
iptables -L -n -t nat -foo
iptables --list --numeric --tabel nat
iptables -A input -j ACCEPT
iptables -A INPUT -j accept
iptables -a INPUT -j ACCEPT
iptables -A INPUT -p icmp --icmp-type foo -j ACCEPT
iptables -A INPUT -p tcp --syn --tcp-flags SYN SYN -j ACCEPT
iptables -A INPUT -p tcp --tcp-flags FOO SYN -j ACCEPT
iptables -A INPUT -p tcp --tcp-flags SYN -j ACCEPT
iptables -A INPUT -p udp --syn -j ACCEPT
iptables -A INPUT -m set --match-set nosuch src -j ACCEPT
iptables -A INPUT -m addrtype --dst-type FOO -j ACCEPT
iptables -A INPUT -m addrtype -j ACCEPT
iptables -A INPUT -m statistic --mode nth -j ACCEPT
iptables -A INPUT -m statistic --mode random --probability 2 -j ACCEPT
iptables -w 5 -L INPUT
iptables -w x -L INPUT
