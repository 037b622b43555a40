ip link set lo up
ip addr add 10.0.0.1/24 dev lo
ip link add e0 type veth peer name e1
ip link set e0 up
ip link set e1 up
ip addr add 10.1.0.1/24 dev e0
timeout 3 arping -c1 -I nosuch -s x 10.0.0.2
timeout 3 arping -c0 -I e0 10.1.0.2
timeout 3 arping -c1 -w1 -I e0 10.1.0.2 10.1.0.3 2>/dev/null
timeout 3 arping -c1 -w1 -I e0 -s x 10.1.0.2
timeout 3 arping -c1 -w1 -I e0 -s 10.9.9.9 10.1.0.2
timeout 3 arping -c1 -w0 -I e0 10.1.0.2
timeout 3 arping -c1 -w-1 -I e0 10.1.0.2
timeout 3 arping -c-1 -I e0 10.1.0.2
timeout 3 arping -c1 -w1 -i0 -I e0 10.1.0.2
timeout 3 arping -c1 -w1 -I e0 10.1.0
timeout 3 arping 2>/dev/null
timeout 3 arping -c1 2>/dev/null
timeout 3 nc 10.0.0.1 0
timeout 3 nc 10.0.0.1 80-x
timeout 3 nc 10.0.0.1 x-80
timeout 3 nc 10.0.0.1 0-80
timeout 3 nc -w -1 10.0.0.1 80
timeout 3 nc -w x 10.0.0.1 80
timeout 3 nc -p x 10.0.0.1 80
timeout 3 nc -p 99999 10.0.0.1 80
timeout 3 nc -s x 10.0.0.1 80
timeout 3 nc 10.0.0.1 80 90
timeout 3 nc -v 10.0.0.1 80 90 100-102
timeout 3 nc -vz 10.0.0.1 80 x
timeout 3 nc -l 99999
timeout 3 nc -l x
timeout 3 nc -l 0.0.0.0 x
timeout 1 nc -l 10.9.9.9 80
timeout 1 nc -l -k
timeout 1 nc -lz 80
timeout 1 nc -k 10.0.0.1 80
timeout 1 nc -l -p 80 -s 10.9.9.9
timeout 1 nc -l -p
timeout 1 nc -l -p 8080
timeout 1 nc -l -p 8080 90
timeout 3 traceroute -n 2>/dev/null
ping -c1 -W1 -s 99999 10.0.0.1
ping -c1 -W1 -s 65508 10.0.0.1
ping -c1 -W1 -s 65507 10.0.0.1
ping -c1 -W1 -s 65508 10.1.0.7
ping -c1 -W1 -s 65600 10.1.0.7
timeout 1 nc -l -k -z 90
timeout 1 nc -k -z 10.0.0.1 90
timeout 1 nc -k
timeout 1 nc -l -z
timeout 1 nc -w 99999999999 10.0.0.1 80
timeout 1 nc -i -1 10.0.0.1 80
timeout 1 nc -q 99999999999 10.0.0.1 80
timeout 1 nc -M 300 10.0.0.1 80
timeout 1 nc -M 0 10.0.0.1 80
timeout 1 nc -W 0 10.0.0.1 80
timeout 1 arping -i 0 -I lo 10.0.0.1
timeout 1 arping -i -1 -I lo 10.0.0.1
timeout 1 arping -w x -I lo 10.0.0.1
timeout 1 arping -w 99999999999 -I lo 10.0.0.1
ping -c1 -W1 -s 65527 10.0.0.1
ping -c1 -W1 -s 65528 10.0.0.1
ping -c2 -W1 -s 65528 10.0.0.1
timeout 1 arping 2>/dev/null
timeout 1 arping -c1 10.0.0.1 10.0.0.2 2>/dev/null
timeout 1.5 conntrack -L foo </dev/null
timeout 1.5 conntrack -X </dev/null
timeout 1.5 conntrack -L -p foo </dev/null
timeout 1.5 conntrack -L -s </dev/null
timeout 1.5 conntrack -L -s x </dev/null
timeout 1.5 conntrack -L -d 10.0.0.0/33 </dev/null
timeout 1.5 conntrack -L -p tcp --dport x </dev/null
timeout 1.5 conntrack -L --dport 80 </dev/null
timeout 1.5 conntrack -L -p tcp --state FOO </dev/null
timeout 1.5 conntrack -D </dev/null
timeout 1.5 conntrack -D -s 1.2.3.4 </dev/null
timeout 1.5 conntrack -D -p tcp --dport 80 </dev/null
timeout 1.5 conntrack -C foo </dev/null
timeout 1.5 conntrack -C </dev/null
timeout 1.5 conntrack -F </dev/null
timeout 1.5 conntrack -L -o foo </dev/null
timeout 1.5 conntrack -L -m x </dev/null
timeout 1.5 conntrack -L -D </dev/null
timeout 1.5 conntrack -L -u FOO </dev/null
timeout 1.5 conntrack -L -f ipv5 </dev/null
timeout 1.5 ping </dev/null
timeout 1.5 ping -c x 10.0.0.1 </dev/null
timeout 1.5 ping -c 0 10.0.0.1 </dev/null
timeout 1.5 ping -c -1 10.0.0.1 </dev/null
timeout 1.5 ping -c1 10.0.0 </dev/null
timeout 1.5 ping -c1 10.0.0.300 </dev/null
timeout 1.5 ping -c1 -s x 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -s -1 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -t 0 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -t 256 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -t x 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -I nosuch 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -I 10.9.9.9 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -M foo 10.0.0.1 </dev/null
timeout 1.5 ping -c1 -Q x 10.0.0.1 </dev/null
timeout 1.5 ping -c1 10.77.0.1 </dev/null
timeout 1.5 ping -c1 -W1 255.255.255.255 </dev/null
timeout 1.5 ping -c1 -m x 10.0.0.1 </dev/null
timeout 1.5 nc </dev/null
timeout 1.5 nc 10.0.0.1 </dev/null
timeout 1.5 nc 10.0.0.1 x </dev/null
timeout 1.5 nc 10.0.0.1 0 </dev/null
timeout 1.5 nc 10.0.0.1 99999 </dev/null
timeout 1.5 nc 10.0.0.1 80-x </dev/null
timeout 1.5 nc -z 10.0.0.1 90-80 </dev/null
timeout 1.5 nc -w x 10.0.0.1 80 </dev/null
timeout 1.5 nc -w -1 10.0.0.1 80 </dev/null
timeout 1.5 nc -p x 10.0.0.1 80 </dev/null
timeout 1.5 nc -p 99999 10.0.0.1 80 </dev/null
timeout 1.5 nc -s x 10.0.0.1 80 </dev/null
timeout 1.5 nc -s 10.9.9.9 10.0.0.1 80 </dev/null
timeout 1.5 nc -q x 10.0.0.1 80 </dev/null
timeout 1.5 nc 10.0.0.1 80 90 </dev/null
timeout 1.5 nc -w1 10.0.0.1 80 </dev/null
timeout 1.5 nc -w1 10.77.0.1 80 </dev/null
timeout 1.5 nc -v -w1 10.0.0.1 80 </dev/null
timeout 1.5 nc -v -w1 10.77.0.1 80 </dev/null
timeout 1.5 nc -vz -w1 10.0.0.1 80 </dev/null
timeout 1.5 nc -u -v -w1 10.77.0.1 80 </dev/null
timeout 1.5 nc -T x 10.0.0.1 80 </dev/null
timeout 1.5 traceroute -n </dev/null
timeout 1.5 traceroute -n x.example </dev/null
timeout 1.5 traceroute -n 10.0.0.300 </dev/null
timeout 1.5 traceroute -n -m 0 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -m 300 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -m x 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -q x 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -q 0 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -q 11 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -w x 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -p x 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -f 0 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -f 40 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -s 10.9.9.9 10.0.0.1 </dev/null
timeout 1.5 traceroute -n -s x 10.0.0.1 </dev/null
timeout 1.5 traceroute -n 10.77.0.1 </dev/null
timeout 1.5 traceroute -n 10.0.0.1 x </dev/null
timeout 1.5 traceroute -n 10.0.0.1 99999 </dev/null
timeout 1.5 traceroute -n -N 0 10.0.0.1 </dev/null
timeout 1.5 arping -c1 -I nosuch 10.0.0.2 </dev/null
timeout 1.5 arping -c1 -I lo x.example </dev/null
timeout 1.5 arping -c x -I lo 10.0.0.2 </dev/null
timeout 1.5 arping -w x -I lo 10.0.0.2 </dev/null
timeout 1.5 arping -c1 -I lo 10.0.0.2 </dev/null
timeout 1.5 arping -c1 -I lo -s x 10.0.0.2 </dev/null
timeout 1.5 arping -c1 -I lo -s 10.9.9.9 10.0.0.2 </dev/null
timeout 1.5 arping -c0 -I lo 10.0.0.2 </dev/null
