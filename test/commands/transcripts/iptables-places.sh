iptables -t raw -A OUTPUT -m addrtype --dst-type LOCAL --limit-iface-in
iptables -t mangle -A OUTPUT -m addrtype --dst-type LOCAL --limit-iface-in
iptables -t mangle -A POSTROUTING -m addrtype --dst-type LOCAL --limit-iface-in
iptables -t nat -A OUTPUT -m addrtype --dst-type LOCAL --limit-iface-in
iptables -A OUTPUT -m addrtype --dst-type LOCAL --limit-iface-in
iptables -t security -A OUTPUT -m addrtype --dst-type LOCAL --limit-iface-in
iptables -t raw -A PREROUTING -m addrtype --dst-type LOCAL --limit-iface-in
iptables -t raw -A OUTPUT -m mac --mac-source 02:00:00:00:00:01
iptables -t mangle -A OUTPUT -m mac --mac-source 02:00:00:00:00:01
iptables -t mangle -A POSTROUTING -m mac --mac-source 02:00:00:00:00:01
iptables -t nat -A OUTPUT -m mac --mac-source 02:00:00:00:00:01
iptables -A OUTPUT -m mac --mac-source 02:00:00:00:00:01
iptables -t security -A OUTPUT -m mac --mac-source 02:00:00:00:00:01
iptables -t raw -A PREROUTING -m mac --mac-source 02:00:00:00:00:01
iptables -t raw -A OUTPUT -m physdev --physdev-out x
iptables -t mangle -A OUTPUT -m physdev --physdev-out x
iptables -t nat -A OUTPUT -m physdev --physdev-out x
iptables -A OUTPUT -m physdev --physdev-out x
iptables -t security -A OUTPUT -m physdev --physdev-out x
iptables -t raw -A PREROUTING -m physdev --physdev-out x
iptables -t raw -A OUTPUT -m physdev --physdev-is-out
iptables -t mangle -A OUTPUT -m physdev --physdev-is-out
iptables -t nat -A OUTPUT -m physdev --physdev-is-out
iptables -A OUTPUT -m physdev --physdev-is-out
iptables -t security -A OUTPUT -m physdev --physdev-is-out
iptables -t raw -A PREROUTING -m physdev --physdev-is-out
iptables -t raw -A OUTPUT -m physdev ! --physdev-is-out
iptables -t mangle -A OUTPUT -m physdev ! --physdev-is-out
iptables -t nat -A OUTPUT -m physdev ! --physdev-is-out
iptables -A OUTPUT -m physdev ! --physdev-is-out
iptables -t security -A OUTPUT -m physdev ! --physdev-is-out
iptables -t raw -A PREROUTING -m physdev ! --physdev-is-out
iptables -t raw -A OUTPUT -m rpfilter
iptables -t mangle -A INPUT -m rpfilter
iptables -t mangle -A FORWARD -m rpfilter
iptables -t mangle -A POSTROUTING -m rpfilter
iptables -t nat -A PREROUTING -m rpfilter
iptables -A INPUT -m rpfilter
iptables -t security -A INPUT -m rpfilter
iptables -t raw -A PREROUTING -m rpfilter
iptables -t nat -A PREROUTING -j DROP
iptables -t nat -A INPUT -j DROP
iptables -t nat -A OUTPUT -j DROP
iptables -t nat -A POSTROUTING -j DROP
iptables -t raw -A PREROUTING -j DROP
iptables -t mangle -A PREROUTING -j CT --notrack
iptables -t mangle -A INPUT -j CT --notrack
iptables -t mangle -A FORWARD -j CT --notrack
iptables -t mangle -A OUTPUT -j CT --notrack
iptables -t mangle -A POSTROUTING -j CT --notrack
iptables -t nat -A PREROUTING -j CT --notrack
iptables -A INPUT -j CT --notrack
iptables -t security -A INPUT -j CT --notrack
iptables -t raw -A PREROUTING -j CT --notrack
iptables -t mangle -A PREROUTING -j NOTRACK
iptables -t mangle -A INPUT -j NOTRACK
iptables -t mangle -A FORWARD -j NOTRACK
iptables -t mangle -A OUTPUT -j NOTRACK
iptables -t mangle -A POSTROUTING -j NOTRACK
iptables -t nat -A PREROUTING -j NOTRACK
iptables -A INPUT -j NOTRACK
iptables -t security -A INPUT -j NOTRACK
iptables -t raw -A PREROUTING -j NOTRACK
iptables -t raw -A PREROUTING -m addrtype --src-type LOCAL --limit-iface-out
iptables -t mangle -A PREROUTING -m addrtype --src-type LOCAL --limit-iface-out
iptables -t mangle -A INPUT -m addrtype --src-type LOCAL --limit-iface-out
iptables -t nat -A PREROUTING -m addrtype --src-type LOCAL --limit-iface-out
iptables -A INPUT -m addrtype --src-type LOCAL --limit-iface-out
iptables -t security -A INPUT -m addrtype --src-type LOCAL --limit-iface-out
iptables -t raw -A OUTPUT -m addrtype --src-type LOCAL --limit-iface-out
iptables -t raw -A PREROUTING -m owner --uid-owner 0
iptables -t mangle -A PREROUTING -m owner --uid-owner 0
iptables -t mangle -A INPUT -m owner --uid-owner 0
iptables -t mangle -A FORWARD -m owner --uid-owner 0
iptables -t nat -A PREROUTING -m owner --uid-owner 0
iptables -A INPUT -m owner --uid-owner 0
iptables -t security -A INPUT -m owner --uid-owner 0
iptables -t raw -A OUTPUT -m owner --uid-owner 0
iptables -t raw -A PREROUTING -j CLASSIFY --set-class 1:1
iptables -t mangle -A PREROUTING -j CLASSIFY --set-class 1:1
iptables -t mangle -A INPUT -j CLASSIFY --set-class 1:1
iptables -t nat -A PREROUTING -j CLASSIFY --set-class 1:1
iptables -A INPUT -j CLASSIFY --set-class 1:1
iptables -t security -A INPUT -j CLASSIFY --set-class 1:1
iptables -t raw -A OUTPUT -j CLASSIFY --set-class 1:1
iptables -t raw -A PREROUTING -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t mangle -A PREROUTING -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t mangle -A INPUT -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t nat -A PREROUTING -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -A INPUT -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t security -A INPUT -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t raw -A OUTPUT -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t raw -A PREROUTING -j DSCP --set-dscp 1
iptables -t raw -A OUTPUT -j DSCP --set-dscp 1
iptables -t nat -A PREROUTING -j DSCP --set-dscp 1
iptables -t nat -A INPUT -j DSCP --set-dscp 1
iptables -t nat -A POSTROUTING -j DSCP --set-dscp 1
iptables -A INPUT -j DSCP --set-dscp 1
iptables -A FORWARD -j DSCP --set-dscp 1
iptables -t security -A INPUT -j DSCP --set-dscp 1
iptables -t mangle -A PREROUTING -j DSCP --set-dscp 1
iptables -t raw -A PREROUTING -j TOS --set-tos 8
iptables -t raw -A OUTPUT -j TOS --set-tos 8
iptables -t nat -A PREROUTING -j TOS --set-tos 8
iptables -t nat -A INPUT -j TOS --set-tos 8
iptables -t nat -A POSTROUTING -j TOS --set-tos 8
iptables -A INPUT -j TOS --set-tos 8
iptables -A FORWARD -j TOS --set-tos 8
iptables -t security -A INPUT -j TOS --set-tos 8
iptables -t mangle -A PREROUTING -j TOS --set-tos 8
iptables -t raw -A PREROUTING -j TTL --ttl-set 5
iptables -t raw -A OUTPUT -j TTL --ttl-set 5
iptables -t nat -A PREROUTING -j TTL --ttl-set 5
iptables -t nat -A INPUT -j TTL --ttl-set 5
iptables -t nat -A POSTROUTING -j TTL --ttl-set 5
iptables -A INPUT -j TTL --ttl-set 5
iptables -A FORWARD -j TTL --ttl-set 5
iptables -t security -A INPUT -j TTL --ttl-set 5
iptables -t mangle -A PREROUTING -j TTL --ttl-set 5
iptables -t raw -A PREROUTING -j DNAT --to-destination 1.1.1.1
iptables -t raw -A OUTPUT -j DNAT --to-destination 1.1.1.1
iptables -t mangle -A PREROUTING -j DNAT --to-destination 1.1.1.1
iptables -t mangle -A INPUT -j DNAT --to-destination 1.1.1.1
iptables -t mangle -A FORWARD -j DNAT --to-destination 1.1.1.1
iptables -t mangle -A POSTROUTING -j DNAT --to-destination 1.1.1.1
iptables -t nat -A INPUT -j DNAT --to-destination 1.1.1.1
iptables -A INPUT -j DNAT --to-destination 1.1.1.1
iptables -t security -A INPUT -j DNAT --to-destination 1.1.1.1
iptables -t nat -A PREROUTING -j DNAT --to-destination 1.1.1.1
iptables -t raw -A PREROUTING -j NETMAP --to 1.1.1.0/24
iptables -t raw -A OUTPUT -j NETMAP --to 1.1.1.0/24
iptables -t mangle -A PREROUTING -j NETMAP --to 1.1.1.0/24
iptables -t mangle -A INPUT -j NETMAP --to 1.1.1.0/24
iptables -t mangle -A FORWARD -j NETMAP --to 1.1.1.0/24
iptables -t mangle -A POSTROUTING -j NETMAP --to 1.1.1.0/24
iptables -A INPUT -j NETMAP --to 1.1.1.0/24
iptables -t security -A INPUT -j NETMAP --to 1.1.1.0/24
iptables -t nat -A PREROUTING -j NETMAP --to 1.1.1.0/24
iptables -t raw -A PREROUTING -j REDIRECT
iptables -t raw -A OUTPUT -j REDIRECT
iptables -t mangle -A PREROUTING -j REDIRECT
iptables -t mangle -A INPUT -j REDIRECT
iptables -t mangle -A FORWARD -j REDIRECT
iptables -t mangle -A POSTROUTING -j REDIRECT
iptables -t nat -A INPUT -j REDIRECT
iptables -A INPUT -j REDIRECT
iptables -t security -A INPUT -j REDIRECT
iptables -t nat -A PREROUTING -j REDIRECT
iptables -t raw -A PREROUTING -j SNAT --to-source 1.1.1.1
iptables -t raw -A OUTPUT -j SNAT --to-source 1.1.1.1
iptables -t mangle -A PREROUTING -j SNAT --to-source 1.1.1.1
iptables -t mangle -A INPUT -j SNAT --to-source 1.1.1.1
iptables -t mangle -A FORWARD -j SNAT --to-source 1.1.1.1
iptables -t mangle -A POSTROUTING -j SNAT --to-source 1.1.1.1
iptables -t nat -A PREROUTING -j SNAT --to-source 1.1.1.1
iptables -A INPUT -j SNAT --to-source 1.1.1.1
iptables -t security -A INPUT -j SNAT --to-source 1.1.1.1
iptables -t nat -A INPUT -j SNAT --to-source 1.1.1.1
iptables -t raw -A PREROUTING -j MASQUERADE
iptables -t raw -A OUTPUT -j MASQUERADE
iptables -t mangle -A PREROUTING -j MASQUERADE
iptables -t mangle -A INPUT -j MASQUERADE
iptables -t mangle -A FORWARD -j MASQUERADE
iptables -t mangle -A POSTROUTING -j MASQUERADE
iptables -t nat -A PREROUTING -j MASQUERADE
iptables -A INPUT -j MASQUERADE
iptables -t security -A INPUT -j MASQUERADE
iptables -t nat -A POSTROUTING -j MASQUERADE
iptables -t raw -A PREROUTING -j REJECT
iptables -t raw -A OUTPUT -j REJECT
iptables -t mangle -A PREROUTING -j REJECT
iptables -t mangle -A INPUT -j REJECT
iptables -t mangle -A FORWARD -j REJECT
iptables -t mangle -A POSTROUTING -j REJECT
iptables -t nat -A PREROUTING -j REJECT
iptables -t security -A INPUT -j REJECT
iptables -A INPUT -j REJECT
iptables -F
iptables -N guard
iptables -A guard -m mac --mac-source 02:00:00:00:00:01
iptables -A OUTPUT -j guard
iptables -I FORWARD -j guard
iptables -I guard -m owner --uid-owner 0
iptables -R guard 1 -m owner --uid-owner 0
iptables -A guard -j DROP
iptables -t nat -N guard
iptables -t nat -A guard -j DROP
iptables -t nat -A guard -j MASQUERADE
iptables -t nat -A PREROUTING -j guard
iptables -t nat -A POSTROUTING -g guard
iptables -t nat -I guard -p tcp -j DNAT --to-destination 1.1.1.1
iptables -t mangle -N guard
iptables -t mangle -A guard -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
iptables -t mangle -A PREROUTING -j guard
iptables -t mangle -A guard -m physdev --physdev-out x
iptables -t mangle -A OUTPUT -j guard
iptables -t mangle -A guard -m addrtype --dst-type LOCAL --limit-iface-out
iptables -t mangle -A guard -m rpfilter
iptables -t mangle -S
iptables -t nat -S
iptables -S
