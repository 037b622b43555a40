ip link set lo up; ip addr add 10.0.0.1/24 dev lo
set -o pipefail
ip addr | head -1
ping -i0.2 127.0.0.1 | head -1
ping -c20 -i0.2 127.0.0.1 | head -2 | tail -1 | cut -c1-23
timeout 9 ping -i0.2 127.0.0.1 | grep -m1 icmp_seq=2 | cut -d' ' -f1-5
ip -4 -o addr show lo | grep -c inet
ip route show table local | sort | head -1
ip addr show nosuch | wc -l
ip addr show nosuch 2>&1 | cat
false | true
true | false
grep -q inet /proc/net/dev | cat
ip -o link | cut -d: -f2 | tr -d ' '
cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' ' | sort
ping -i0.2 127.0.0.1 | true
route -n | grep 10.0.0 | wc -l
ifconfig lo | grep inet
cat nosuch | wc -c
