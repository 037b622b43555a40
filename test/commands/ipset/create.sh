ipset create a hash:ip initval 0x1
ipset create a hash:ip
ipset create a hash:ip -exist
ipset create a hash:ip timeout 5 -exist
ipset create a hash:net -exist
ipset -exist create a hash:ip hashsize 64
ipset -! create a hash:ip maxelem 10
ipset create b hash:ip timeout 100 counters comment hashsize 64 maxelem 10 netmask 24 initval 0x12345678
ipset create c bitmap:port
ipset create c bitmap:port range 5
ipset create c bitmap:port range 10-5
ipset create d bitmap:port range 70000-3
ipset create d bitmap:port range a-3
ipset create d bitmap:port range ssh-http
ipset create e bitmap:port range tcp:1-5 counters comment timeout 9
ipset create f list:set
ipset create g list:set size 0 timeout 5 counters comment
ipset create x hash:foo
ipset create x hash:ip foo
ipset create x hash:ip range 1-3
ipset create x hash:ip family foo
ipset create h hash:ip family ipv4 hashsize 1 initval 7
ipset create i hash:ip hashsize 100 bucketsize 5 maxelem 0 initval 0x7
ipset add i 1.1.1.1
ipset create
ipset create x
ipset create aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa hash:ip
ipset create aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa hash:ip initval 1
ipset create x hash:ip netmask 0
ipset create x hash:ip netmask 33
ipset create x hash:ip netmask x
ipset create j hash:ip netmask 32 initval 8
ipset create x hash:ip timeout x
ipset create x hash:ip timeout 4294968
ipset create x hash:ip hashsize 1000000000000
ipset create x hash:ip hashsize
ipset create x hash:ip hashsize 5 hashsize 6
ipset create x hash:ip hashsize x
ipset create x hash:ip maxelem 4294967296
ipset create x hash:ip initval 0x1 bucketsize 300
ipset create x hash:ip netmask 24 bitmask 255.255.0.0
ipset create k hash:ip counters counters initval 9
ipset create l hash:ip bitmask 255.0.255.0 initval 9
ipset add l 1.2.3.4
ipset create m hash:ip,port netmask 24 initval 9
ipset create n hash:ip,port bitmask 255.0.0.0 initval 9
ipset create o hash:ip,port,ip netmask 24
ipset create o hash:ip,port,ip comment --timeout 1000 --hashsize 64 --counters initval 9
ipset create p hash:ip,port,net initval 9
ipset create q hash:net,iface initval 9
ipset create r hash:net bucketsize 1 initval 9
ipset create s hash:net bucketsize 20 initval 9
ipset create t hash:net -4 initval 9
ipset -N u iphash --initval 9
ipset n v nethash initval 9
ipset cr w ipporthash initval 9
ipset new y ipportiphash initval 9
ipset --create z ipportnethash initval 9
ipset create aa portmap range 1-2
ipset create ab setlist
ipset list
ipset save
ipset list -n
ipset list -t a
ipset -t list b
ipset list a -n
ipset -L -name
ipset list zz
ipset save zz
ipset list a b
ipset list -z
ipset -z list
ipset -o foo list
ipset -o
ipset -q list zz
ipset list -q zz
ipset -q foo
ipset foo
ipset
ipset -v
ipset version
ipset rename a b
ipset rename a ac
ipset rename zz ad
ipset rename a
ipset swap ac h
ipset swap ac b
ipset swap ac zz
ipset swap zz ac
ipset swap ac c
ipset swap ac
ipset -W ac h
ipset list ac
ipset flush zz
ipset flush a b
ipset flush
ipset destroy zz
ipset -exist destroy zz
ipset destroy a b
ipset -X h
ipset create ae hash:ip initval 3
ipset list -n
ipset destroy
ipset list
