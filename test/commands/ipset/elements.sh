ipset create a hash:ip initval 0x1
ipset add a 10.0.0.1
ipset add a 10.0.0.1
ipset -exist add a 10.0.0.1
ipset add a 10.0.0.0/30
ipset -exist add a 10.0.0.0/30
ipset add a 10.0.1.1-10.0.1.3
ipset add a 0.0.0.0
ipset add a 10.0.0.1/0
ipset add a 10.0.0.1/33
ipset add a 10.0.0
ipset add a 1.2.3
ipset add a foo
ipset add a 10.0.0.9 timeout 4
ipset add a 10.0.0.9 comment "x"
ipset add a 10.0.0.9 packets 3
ipset add a 10.0.0.9 nomatch
ipset add a 10.0.0.9 foo
ipset add a
ipset add
ipset del a
ipset test a
ipset add zz 1.2.3.4
ipset -exist add zz 1.2.3.4
ipset add a 1.1.1.1,2.2.2.2
ipset add a 1.1.1.1 2.2.2.2
ipset add a 1.1.1.1-
ipset add a 1.1.1.9-1.1.1.5
ipset add a 2.1.1.1/32
ipset test a 2.1.1.1/32
ipset test a 10.0.0.1
ipset test a 10.0.5.1
ipset test a 10.0.5.0/24
ipset test a 10.0.5.1-10.0.5.2
ipset test a 0.0.0.0
ipset test zz 1.1.1.1
ipset -q test a 10.0.5.1
ipset -q test a 10.0.0.1
ipset test a 10.0.5.1 timeout 4
ipset del a 10.0.0.1
ipset del a 10.0.0.1
ipset del -exist a 10.0.0.1
ipset del a 10.0.0.2 -exist
ipset del a 10.0.1.1-10.0.1.9
ipset del a 9.9.9.9 timeout 4
sleep 0.05
ipset list a
ipset -s list a
sleep 0.05
ipset save a
ipset save -s a
ipset list -o save a
ipset create b hash:ip timeout 100 counters comment hashsize 64 maxelem 10 netmask 24 initval 0x12345678
ipset add b 10.1.2.3 comment "hello world" packets 3 bytes 70
ipset add b 10.1.2.7
ipset add b 10.3.2.3 timeout 0 comment 'a"b'
ipset add b 10.4.2.3 timeout 0 comment ''
ipset add b 10.4.3.3 comment "it's; ok" bytes 5
ipset add b 10.4.3.3 comment "new" -exist
ipset add b 10.5.2.3 timeout 99999999
ipset add b 10.5.2.3 timeout 5 timeout 6
ipset add b 10.5.2.3 timeout
ipset add b 10.5.2.3 comment
ipset add b 10.5.2.3 bytes x
ipset add b 10.5.2.3 bytes 18446744073709551615
ipset add b 10.5.2.3 --timeout 7 --comment foo
ipset test b 10.1.2.9
sleep 0.05
ipset list b
ipset add b 10.9.0.0/16
sleep 0.05
ipset list b
ipset create c hash:net initval 0x1
ipset add c 10.0.0.0/8
ipset add c 10.0.0.5/16
ipset add c 10.1.2.3
ipset add c 10.5.0.0/16 nomatch
ipset add c 192.168.0.0-192.168.5.255
ipset add c 0.0.0.0/0
ipset add c 0.0.0.0/1
ipset test c 10.5.1.1
ipset test c 10.5.0.0/16
ipset test c 10.5.0.0/16 nomatch
ipset test c 10.5.1.1 nomatch
ipset test c 10.7.1.1
ipset test c 10.0.0.0/9
ipset add c 10.0.0.0/8-11.0.0.0
ipset add c 0.0.0.0-255.255.255.255
ipset add c 1.2.3.4/-1
ipset add c 1.2.3.4/x
ipset add c 1.2.3.4/
ipset add c /8
ipset del c 9.9.9.9 nomatch
ipset add c 10.5.0.0/16 -exist
ipset test c 10.5.1.1
sleep 0.05
ipset list c
ipset list -s c
ipset create d hash:ip,port counters initval 0x1
ipset add d 10.0.0.1,80
ipset add d 10.0.0.1,udp:53
ipset add d 10.0.0.1,icmp:ping
ipset add d 10.0.0.1,icmp:8/0
ipset add d 10.0.0.1,icmp:300/1
ipset add d 10.0.0.1,icmp:foo
ipset add d 10.0.0.1,icmp:3/200
ipset add d 10.0.0.1,sctp:80-82
ipset add d 10.0.0.1,http
ipset add d 10.0.0.1,tcp:ssh
ipset add d 10.0.0.1,47:0
ipset add d 10.0.0.1,gre:0
ipset add d 10.0.0.1,gre:80
ipset add d 10.0.0.1,foo:80
ipset add d 10.0.0.1,0:80
ipset add d 10.0.0.1,300:80
ipset add d 10.0.0.1,hopopt:0
ipset add d 10.0.0.1,99999
ipset add d 10.0.0.1
ipset add d 10.0.0.1,tcp:
ipset add d 10.0.0.1,tcp:80-
ipset add d 10.0.0.1,80,90
ipset add d 10.0.0.4/31,tcp:80-81
ipset add d 10.0.0.1,udplite:5
ipset add d 10.0.0.1,200:0
ipset add d 10.0.0.1,TCP:82
ipset add d 10.0.0.1,UDP:domain
ipset add d 10.0.0.1,tcp:0
ipset add d 0.0.0.0,tcp:7
ipset add d 10.0.0.1-10.0.0.3,udp:7-8
ipset del d 10.0.0.1-10.0.0.3,udp:7-8
ipset test d 10.0.0.1,80
ipset test d 10.0.0.1,81
ipset test d 10.0.0.1,80-90
ipset test d 10.0.0.0/31,80
ipset test d 1.1.1.0-1.1.1.3,80
ipset del d 10.0.0.1,81
sleep 0.05
ipset list d
ipset list -s d
ipset create e hash:ip,port,ip timeout 50 initval 1
ipset add e 10.0.0.1,80,10.0.0.2
ipset add e 10.0.0.1,80
ipset add e 1.1.1.1,80,2.2.2.2,4
ipset add e 9.0.0.0/30,7-8,1.1.1.0/31
ipset add e 1.1.1.1-1.1.1.2,80,2.2.2.2
ipset test e 10.0.0.1,80,10.0.0.2
ipset test e 1.1.1.0/31,80,2.2.2.2
ipset test e 1.1.1.0,80-81,2.2.2.2
sleep 0.05
ipset list e
ipset create f hash:ip,port,net initval 1
ipset add f 10.0.0.1,80,10.0.0.2/8
ipset add f 10.0.0.1,80,10.2.0.2/16 nomatch
ipset add f 10.0.0.1,80,10.3.0.2
ipset add f 10.0.0.1,80,0.0.0.0/0
ipset add f 9.0.0.1,80,1.1.0.0-1.1.1.3
ipset add f 9.0.0.1-9.0.0.2,80-81,1.1.0.0/16 -exist
ipset add f 9.0.0.1,80,1.1.1.1/33
ipset test f 9.0.0.1,80,1.1.0.0/23
ipset test f 9.0.0.1,80,1.1.0.5
ipset test f 1.1.1.0,80,2.2.2.2/30
ipset test f 1.1.1.0,80,2.2.2.2-2.2.2.3
ipset test f 10.0.0.1,80,10.2.0.5
ipset del f 9.0.0.1,80
ipset del f 9.0.0.1,80,1.1.0.0/16
sleep 0.05
ipset list f
ipset list f -s
ipset create g hash:net,iface counters initval 1
ipset add g 10.0.0.0/8,eth0
ipset add g 10.0.0.0/8,eth1
ipset add g 10.0.0.0/8,physdev:eth0
ipset add g 0.0.0.0/0,eth9
ipset add g 11.0.0.0/8,veth wildcard
ipset add g 12.0.0.0/8,eth5 nomatch
ipset add g 10.0.0.0/8
ipset add g 10.0.0.0/8,
ipset add g 10.0.0.0/8,eth0,x
ipset add g ,eth0
ipset add g 10.0.0.0/8,abcdefghijklmnop
ipset add g 9.0.0.0-9.0.0.5,eth5
ipset test g 10.0.0.1,eth0
ipset test g 10.0.0.1,eth7
ipset test g 11.0.0.1,veth77
sleep 0.05
ipset list g
ipset save g
ipset create h bitmap:port range 1-100 timeout 10 counters
ipset add h 1-5
ipset add h 5-4 -exist
ipset add h udp:7
ipset add h sctp:5
ipset add h 3,4
ipset add h 99-105
ipset add h 0
ipset add h http
ipset add h 9 timeout 0 packets 4
ipset test h 1-5
ipset test h 9
ipset test h 10
ipset test h 200
ipset test h tcp:1
ipset del h 2
ipset del h 2
ipset del h 200
sleep 0.05
ipset list h
ipset save h
ipset create l list:set size 4
ipset add l c
ipset add l d
ipset add l e before d
ipset add l f after d
ipset add l g
ipset add l l
ipset add l zz
ipset add l c
ipset add l c -exist
ipset add l a after zz
ipset add l a before b
ipset add l a before
ipset add l a after d after c
ipset add l a after d before c
ipset add l aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
ipset test l c
ipset test l h
ipset test l zz
ipset test l c before e
ipset test l c before d
ipset test l d after e
ipset test l d after c
ipset del l h
ipset del l zz
ipset del l c before zz
ipset del l c before d
ipset del l c before e
sleep 0.05
ipset list l
ipset save l
ipset list -t d
ipset destroy d
ipset rename d dd
ipset destroy
ipset swap d d
ipset create t list:set timeout 5 counters comment
ipset add t c comment x
ipset add t d before c timeout 3 packets 4
sleep 0.05
ipset list t
ipset save t
ipset flush l
sleep 0.05
ipset list -t d
ipset del t d
ipset destroy d
sleep 0.05
ipset list -n
