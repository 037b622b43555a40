ip link set lo up
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2001 > req2001 &
sleep 0.2
curl -s http://127.0.0.1:2001/
cat req2001
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2002 > req2002 &
sleep 0.2
curl -sv '127.0.0.1:2002/a?b=c#d'
cat req2002
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2003 > req2003 &
sleep 0.2
curl -si localhost:2003/x
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2004 > req2004 &
sleep 0.2
curl -sI 127.0.0.1:2004
cat req2004
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2005 > req2005 &
sleep 0.2
curl -s -o out.txt -w '%{http_code} %{size_download} %{remote_ip}:%{remote_port} %{content_type}\n' 127.0.0.1:2005
cat out.txt
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2006 > req2006 &
sleep 0.2
curl -sv -o /dev/null 127.0.0.1:2006
printf 'hello\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2007 > req2007 &
sleep 0.2
curl -s 127.0.0.1:2007
printf 'hello\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2008 > req2008 &
sleep 0.2
curl -sS 127.0.0.1:2008
printf '' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2009 > req2009 &
sleep 0.2
curl -sS 127.0.0.1:2009
printf '' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2010 > req2010 &
sleep 0.2
curl -sSv 127.0.0.1:2010
printf 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2011 > req2011 &
sleep 0.2
curl -sS 127.0.0.1:2011
printf 'HTTP/1.0 404 Not Found\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2012 > req2012 &
sleep 0.2
curl -sS -w '%{http_code}\n' 127.0.0.1:2012
printf 'HTTP/1.0 404 Not Found\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2013 > req2013 &
sleep 0.2
curl -sSf 127.0.0.1:2013
printf 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2014 > req2014 &
sleep 0.2
curl -sSfv 127.0.0.1:2014
printf 'HTTP/1.0 404 Not Found\r\n\r\nnope\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2015 > req2015 &
sleep 0.2
curl -svi 127.0.0.1:2015
printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2016 > req2016 &
sleep 0.2
curl -sv 127.0.0.1:2016
printf 'HTTP/1.1 200 OK\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2017 > req2017 &
sleep 0.2
curl -sv 127.0.0.1:2017
printf 'HTTP/1.1 204 No Content\r\n\r\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2018 > req2018 &
sleep 0.2
curl -sv 127.0.0.1:2018
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2019 > req2019 &
sleep 0.2
curl -s -X POST -H 'A: b' -d x=1 -d y=2 127.0.0.1:2019/p
cat req2019
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2020 > req2020 &
sleep 0.2
curl -s -A me -H 'Host: shop' -H 'Accept:' 127.0.0.1:2020/p
cat req2020
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2021 > req2021 &
sleep 0.2
curl -s -m 5 --connect-timeout 2 -k -4 --local-port 4000 -w '%{local_port}\n' 127.0.0.1:2021/p
curl -sS 127.0.0.1:81
curl -s 127.0.0.1:81
curl -sv 127.0.0.1:81
curl -sS http://10.9.9.9/
curl -sv http://10.9.9.9/
curl -sS localhost:81
timeout 1 nc -l -p 82 > /dev/null &
sleep 0.2
curl -sS -m 0.5 127.0.0.1:82
timeout 1 nc -l -p 83 > /dev/null &
sleep 0.2
curl -sSv -m 0.5 127.0.0.1:83
ip link add d0 type veth peer name d1
ip link set d0 up
ip link set d1 up
ip addr add 10.5.0.1/24 dev d0
ip neigh add 10.5.0.2 lladdr 02:00:00:00:00:99 dev d0
curl -sS -m 0.5 10.5.0.2
curl -sS --connect-timeout 0.5 10.5.0.2
curl -sSv --connect-timeout 0.5 10.5.0.2
curl -sSv -m 0.5 10.5.0.2
ip route add unreachable 10.6.0.0/16
ip route add prohibit 10.7.0.0/16
curl -sSv 10.6.0.1
curl -sS 10.7.0.1
iptables -A OUTPUT -p tcp --dport 99 -j REJECT
curl -sSv 127.0.0.1:99
iptables -A OUTPUT -p tcp --dport 98 -j REJECT --reject-with tcp-reset
curl -sSv 127.0.0.1:98
curl
curl --foo
curl -sS http://
curl -sS 127.0.0.1:99999
curl -m x 127.0.0.1
curl -m
curl --max-time x 127.0.0.1
curl -sS -o /tmp/nosuch/x 127.0.0.1:81
curl --ma 1 127.0.0.1:81 -s
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nhi\n' > answer
sh -c 'sleep 0.4; cat answer' | timeout 1 nc -l -N -p 2022 > req2022 &
sleep 0.2
curl -sS -o /tmp/nosuch/x 127.0.0.1:2022
