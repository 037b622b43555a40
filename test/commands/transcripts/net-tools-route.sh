route -n
netstat -rn
ip link set lo up; ip link add v0 address 02:00:00:00:00:01 type veth peer name v1; ip link set v0 up; ip link set v1 up
route -n
ip addr add 10.0.0.1/24 dev v0
ip link add verylongdevname type veth peer name vx1; ip link set verylongdevname up; ip addr add 10.66.0.1/16 dev verylongdevname
route -n
netstat -rn
netstat -nr
netstat -rne
route add default gw 10.0.0.2
route add default gw 10.0.0.2
route add -net 10.1.0.0/16 gw 10.0.0.3
route add -net 10.2.0.0 netmask 255.255.0.0 gw 10.0.0.3
route add -net 10.3.0.0/16 dev v0
route add -net 10.4.0.0/16 v0
route add -host 10.5.0.1 gw 10.0.0.3
route add -host 10.5.0.2 dev v0
route add 10.5.0.3 gw 10.0.0.3
route add 10.6.0.0/16 gw 10.0.0.3
route add -net 10.7.0.0/16 gw 10.0.0.3 metric 5
route add -net 10.8.0.0/16 reject
route add -net 10.9.0.0/16 gw 10.0.0.3 mss 1400
route add -net 10.10.0.0/16 gw 10.0.0.3 window 4096
route add -host 10.8.1.1 reject
route -n
route -ne
route -nee
netstat -rn
ip route
ip -d route | grep -v 66
route add -net 10.11.0.0/16 gw 10.0.0.3 dev v0
route add -net 0.0.0.0/0 gw 10.0.0.9 metric 7
route add -net 0.0.0.0 netmask 0.0.0.0 dev v0 metric 9
route -n | grep ^0
route add -net 10.12.0.1/16 gw 10.0.0.3
route add -net 10.12.0.0 gw 10.0.0.3
route add -net 10.12.0.0 netmask 255.0.255.0 gw 10.0.0.3
route add -host 10.12.0.1/24 gw 10.0.0.3
route add -net 10.12.0.0/16 gw 99.0.0.1
route add -net 10.12.0.0/16 dev nosuch
route add -net 10.12.0.0/16
route add -net 10.12.0.0/x gw 10.0.0.3
route add -net 10.12.0.0/16 gw
route add -net 10.12.0.0/16 metric x
route add -net 10.12.0.0/16 gw 10.0.0.3 v0 v1
route add -net 10.12.0.0/16 gw 10.0.0.3 mss 10
route add -net 10.12.0.0/16 gw 10.0.0.3 window 10
route add
route foo 2>/dev/null
route foo 2>&1 | head -1
route del -net 10.1.0.0/16
route del -net 10.1.0.0/16
route del -net 10.2.0.0 netmask 255.255.0.0 gw 10.0.0.3
route del -net 10.3.0.0/16 dev v0
route del -host 10.5.0.1
route del 10.5.0.2
route del 10.5.0.3 gw 10.0.0.9
route del default gw 10.0.0.2
route del default
route del default
route del default
route del -net 10.8.0.0/16 reject
route del -net 10.8.0.0/16
route delete -net 10.7.0.0/16
route del -net 10.99.0.0/16 gw 10.0.0.3 dev nosuch
route del
route -n
ip link set v0 down
route -n
route add -net 10.20.0.0/16 dev v0
route add -net 10.20.0.0/16 gw 10.0.0.3
route flush
route -n add -net 10.21.0.0/16 gw 10.66.0.9
route add -net 10.21.0.0/16 gw 10.66.0.10
route add -net 10.21.0.0/16 gw 10.66.0.10 metric 1
route add -net 10.21.0.0/16 gw 10.66.0.11 metric 1
route -n
route del -net 10.21.0.0/16 metric 1
route -n | grep 10.21
ip route add blackhole 10.30.0.0/16; ip route add prohibit 10.31.0.0/16; ip route add unreachable 10.32.0.1 metric 4
route -n
netstat -rn
