ipset create S hash:ip
ipset create I hash:net,iface
nfacct add n
iptables -A FORWARD -m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode packets
iptables -A FORWARD -m connbytes --connbytes 1:5 --connbytes-dir original --connbytes-mode bytes
iptables -A FORWARD -m connbytes ! --connbytes 1:5 --connbytes-dir reply --connbytes-mode avgpkt
iptables -A FORWARD -m connbytes ! --connbytes 7: --connbytes-dir reply --connbytes-mode avgpkt
iptables -A FORWARD -m connlimit --connlimit-above 1
iptables -A FORWARD -m connlimit --connlimit-upto 1 --connlimit-mask 24
iptables -A FORWARD -m connlimit ! --connlimit-above 1 --connlimit-mask 8 --connlimit-daddr
iptables -A FORWARD -m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-mode srcip
iptables -A FORWARD -m hashlimit --hashlimit-above 50/min --hashlimit-burst 3 --hashlimit-name y --hashlimit-mode srcip,dstport --hashlimit-srcmask 24
iptables -A FORWARD -m hashlimit --hashlimit-above 50kb/s --hashlimit-burst 300k --hashlimit-name z --hashlimit-mode dstip --hashlimit-dstmask 8
iptables -A FORWARD -m hashlimit --hashlimit-above 512kb/s --hashlimit-name z2 --hashlimit-mode dstip,dstport,srcport,srcip
iptables -A FORWARD -m hashlimit --hashlimit-upto 5/day --hashlimit-name a --hashlimit-htable-size 100 --hashlimit-htable-max 1000 --hashlimit-htable-expire 5000 --hashlimit-htable-gcinterval 100
iptables -A FORWARD -m nfacct --nfacct-name n
iptables -A OUTPUT -m owner --uid-owner 0
iptables -A OUTPUT -m owner --uid-owner 5
iptables -A OUTPUT -m owner --uid-owner 5-6 ! --gid-owner 0
iptables -A OUTPUT -m owner ! --uid-owner root --gid-owner daemon --suppl-groups
iptables -A OUTPUT -m owner --socket-exists
iptables -A OUTPUT -m owner ! --socket-exists
iptables -A OUTPUT -m owner ! --socket-exists ! --gid-owner 4-5
iptables -A FORWARD -m quota --quota 5
iptables -A FORWARD -m quota ! --quota 5
iptables -t raw -A PREROUTING -m rpfilter
iptables -t raw -A PREROUTING -m rpfilter --loose --validmark --accept-local --invert
iptables -A FORWARD -m set --match-set S src
iptables -A FORWARD -m set ! --match-set S dst
iptables -A FORWARD -m set --match-set I src,dst --return-nomatch ! --update-counters ! --update-subcounters --packets-eq 5 --bytes-gt 7
iptables -A FORWARD -m set --match-set I src,dst ! --packets-eq 5 --bytes-lt 7
iptables -A FORWARD -p sctp -m sctp --dport 5 --chunk-types any DATA,INIT
iptables -A FORWARD -p sctp -m sctp ! --sport 5:6 ! --chunk-types all DATA:Be
iptables -A FORWARD -p sctp --chunk-types only ALL
iptables -A FORWARD -p sctp --chunk-types only NONE
iptables -A FORWARD -j NFLOG
iptables -A FORWARD -j NFLOG --nflog-group 5 --nflog-prefix "a b" --nflog-size 10 --nflog-threshold 4
iptables -A FORWARD -j SET --add-set S src
iptables -A FORWARD -j SET --add-set S src --exist --timeout 5
iptables -A FORWARD -j SET --del-set I src,dst --add-set S dst
iptables -t raw -A PREROUTING -j CT --zone 5
iptables -t raw -A PREROUTING -j CT --zone-orig 5
iptables -t raw -A PREROUTING -j CT --zone-reply mark
iptables -t raw -A PREROUTING -j CT
iptables -t raw -A PREROUTING -j CT --notrack
iptables -t raw -A PREROUTING -j TRACE
iptables -A FORWARD -j CONNMARK --set-mark 5
iptables -A FORWARD -j CLASSIFY --set-class 1:a0
iptables -t mangle -A FORWARD -j TOS --and-tos 5
iptables -t mangle -A FORWARD -j TOS --or-tos 5
iptables -t mangle -A FORWARD -j TOS --xor-tos 5
iptables -t mangle -A FORWARD -j TOS --set-tos Minimize-Delay
iptables -t mangle -A FORWARD -m tos --tos Minimize-Delay
iptables -A FORWARD -f -p icmp ! --icmp-type 3/3
iptables -A FORWARD ! -f -i ra ! -o rb
iptables -A FORWARD ! -p tcp -s 1.2.3.4/255.0.255.0 ! -d 1.2.0.0/16
iptables -A FORWARD -g foo
iptables -N foo
iptables -A FORWARD -g foo
iptables -A FORWARD -j foo
iptables -A FORWARD -p 47
iptables -A FORWARD -p gre
iptables -A FORWARD -p esp
iptables -A FORWARD ! -s 1.2.3.4 -d 0.0.0.0/0
iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset
iptables -A FORWARD -j REJECT --reject-with icmp-net-unreachable
iptables -t nat -A POSTROUTING -j MASQUERADE --random --random-fully
iptables -t nat -A PREROUTING -p udp -j DNAT --to-destination 1.1.1.1:80-90/85
iptables -t nat -A INPUT -j SNAT --to-source 1.1.1.1-1.1.1.9 --random --persistent
iptables -S
iptables -nvL
iptables -vL
iptables -L
iptables -nL -v -x --line-numbers FORWARD
iptables -t mangle -nvL
iptables -t mangle -vL
iptables -t raw -nvL
iptables -t raw -L
iptables -t raw -S
iptables -t nat -nvL
iptables -t nat -S
iptables -t nat -L
iptables-save
iptables -v -S FORWARD
