ss -lnt
ss -lnut
ss -ant
ss -tn
ss -lntu4
ss -H -lnt
netstat -lnut
netstat -nt
netstat --foo 2>/dev/null
netstat --foo 2>&1 | head -2
ip link set lo up; ip addr add 10.0.0.1/24 dev lo
timeout 6 nc -lk 8080 >/dev/null & timeout 6 nc -l 10.0.0.1 53 >/dev/null & timeout 6 nc -lu 5353 >/dev/null & timeout 6 nc -lu 127.0.0.1 161 >/dev/null & sleep 0.2
ss -lnt | sort
sleep 2 | timeout 3 nc -p 40000 127.0.0.1 8080 & sleep 0.2
ss -lnt | sort
ss -lnu | sort
ss -lnut | sort
ss -ant | sort
ss -nt | sort
ss -nut | sort
ss -anut | sort
ss -nt -4 | sort
ss -H -lnt | sort
ss -H -nt | sort
ss -H -anut | sort
ss --listening --numeric --tcp | sort
ss -ltnO | sort
ss -6 -lnt
ss -t -y 2>/dev/null
ss -t -y 2>&1 | head -3
ss --foo 2>/dev/null
ss --foo 2>&1 | head -3
ss -lnt --foo=1 2>/dev/null
ss -lnt --foo=1 2>&1 | head -3
ss -tunl | grep 8080
ip link add vx type vxlan id 5 dstport 8472 local 10.0.0.1; ip link set vx up
ss -lnu | sort
netstat -lnut | sort
netstat -ant | sort
netstat -nt | sort
netstat -nut | sort
netstat -lnu | sort
netstat -anu | sort
netstat --listening --numeric --tcp | sort
netstat -tunl | grep 8080
ip addr add 10.0.0.2/32 dev lo; iptables -A INPUT -p tcp --dport 99 -j DROP
timeout 1 nc -p 40001 10.0.0.2 99 & sleep 0.2
ss -ant | grep SYN-SENT
netstat -ant | grep SYN_SENT
wait
ss -ant | sort
ss -nt
netstat -ant | sort
netstat -nt
sleep 3 | timeout 4 nc -lu 7000 & sleep 0.2; sleep 1 | timeout 2 nc -u -p 41000 127.0.0.1 7000 & sleep 0.2
ss -nu | sort
ss -anu | sort
netstat -anu | sort
wait
