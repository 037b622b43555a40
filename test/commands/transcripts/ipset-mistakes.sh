ip link set lo up
ip addr add 10.0.0.1/24 dev lo
ipset
ipset foo
ipset create
ipset create a
ipset create a hash:foo
ipset create a hash:ip foo
ipset create a hash:ip family inet7
ipset create a hash:ip timeout x
ipset create a hash:ip maxelem x
ipset create a hash:ip
ipset create a hash:ip
ipset -exist create a hash:ip
ipset add a
ipset add b 1.2.3.4
ipset add a 1.2.3
ipset add a 1.2.3.400
ipset add a foo
ipset add a 1.2.3.4 foo
ipset add a 1.2.3.4 timeout 5
ipset add a 1.2.3.4
ipset add a 1.2.3.4
ipset add a 1.2.3.4 -exist
ipset add a 1.2.3.4,tcp:80
ipset del a 9.9.9.9
ipset test a 9.9.9.9
ipset test a 1.2.3.4
ipset test b 1.2.3.4
ipset destroy b
ipset flush b
ipset list b
ipset save b
ipset rename a
ipset rename a a
ipset swap a b
ipset swap a
ipset create averyveryveryveryverylongnameofaset hash:ip
ipset -L b
ipset -N c hash:net
ipset -A c 10.0.0.0/33
ipset -A c 10.0.0.0/0
ipset create p bitmap:port
ipset create p bitmap:port range 80
ipset create p bitmap:port range 90-80
ipset create p bitmap:port range 80-90
ipset add p 91
ipset add p foo
ipset create hp hash:ip,port
ipset add hp 1.2.3.4
ipset add hp 1.2.3.4,80
ipset add hp 1.2.3.4,foo:80
ipset add hp 1.2.3.4,tcp:99999
ipset create l list:set
ipset add l nosuch
ipset add l l
ipset destroy a b c
ipset -foo list
ipset list -foo
ipset x
