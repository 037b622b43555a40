ip route show
ip route flush dev lo
ip route flush table local dev lo
ip route show table local
ip route show table main
ip link set lo up
ip route flush dev lo
ip route show
ip route flush table main
ip route add 10.0.0.0/8 dev lo
ip route flush dev lo
ip route flush dev lo
ip route flush table 7
ip route add 10.0.0.0/8 dev lo table 7
ip route flush table 7
ip route flush table 7
ip route show table 7
ip route flush table local dev lo
ip route show table local
ip route flush table local dev lo
