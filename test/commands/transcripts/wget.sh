ip link set lo up
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3001 > req3001 &
sleep 0.2
wget http://127.0.0.1:3001/
cat req3001
cat index.html
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3002 > req3002 &
sleep 0.2
wget 'http://127.0.0.1:3002/a/b.txt?c=d'
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3003 > req3003 &
sleep 0.2
wget -q -O- 127.0.0.1:3003/x
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3004 > req3004 &
sleep 0.2
wget -O- 127.0.0.1:3004/x
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3005 > req3005 &
sleep 0.2
wget -nv 127.0.0.1:3005/y
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3006 > req3006 &
sleep 0.2
wget -qO f 127.0.0.1:3006/y
cat f
printf 'HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3007 > req3007 &
sleep 0.2
wget 127.0.0.1:3007/x
printf 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3008 > req3008 &
sleep 0.2
wget -q -O- 127.0.0.1:3008/x
printf 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3009 > req3009 &
sleep 0.2
wget -nv -O- 127.0.0.1:3009/x
printf '' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3010 > req3010 &
sleep 0.2
wget -t 1 127.0.0.1:3010/x
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3011 > req3011 &
sleep 0.2
wget --spider 127.0.0.1:3011/x
cat req3011
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3012 > req3012 &
sleep 0.2
wget -S -O /dev/null 127.0.0.1:3012/x
printf 'HTTP/1.1 200 OK\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 3013 > req3013 &
sleep 0.2
wget -O g 127.0.0.1:3013/x
wget 127.0.0.1:87
wget -q 127.0.0.1:87
wget -nv 127.0.0.1:87
wget http://10.9.9.9/
timeout 1 nc -l -p 88 > /dev/null &
sleep 0.2
wget -T 0.5 -t 2 127.0.0.1:88
ip link add d0 type veth peer name d1
ip link set d0 up
ip link set d1 up
ip addr add 10.5.0.1/24 dev d0
ip neigh add 10.5.0.2 lladdr 02:00:00:00:00:99 dev d0
wget -T 0.5 -t 1 10.5.0.2
wget -T 0.5 -t 2 10.5.0.2
wget
wget --foo
wget localhost:87
