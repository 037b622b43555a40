printf 'create a hash:ip initval 1\nadd a 1.1.1.1\n# comment\n\nadd a 1.1.1.2\nadd a 1.1.1.2\nadd a 1.1.1.3\n' | ipset restore
ipset list a
printf 'add a 1.1.1.2\nadd a 1.1.1.3\n' | ipset -exist restore
printf 'create b hash:ip\nfoo\n' | ipset restore
printf 'add a 1.1.1.4 foo\n' | ipset restore
printf 'add nope 1.1.1.4\n' | ipset restore
printf 'create c hash:net comment initval 1\nadd c 1.0.0.0/8 comment "two words"\nadd c 2.0.0.0/8 comment "unfinished\n' | ipset restore
ipset save c
printf 'add a 1.1.1.10\nadd a foo\nadd a 1.1.1.11\n' | ipset restore
ipset test a 1.1.1.10
printf 'add a 1.1.1.12\nadd a 1.1.1.13 timeout 5\n' | ipset restore
ipset test a 1.1.1.12
printf 'create zz iphash\n-A a 9.9.9.9\n--new zy hash:ip\ncreate zy hash:ip\n' | ipset restore
ipset list -n
printf 'add a 6.6.6.6\nadd b 6.6.6.6\nadd b foo\n' | ipset restore
ipset test a 6.6.6.6
ipset test b 6.6.6.6
printf 'add a 6.6.6.7\ndel a 6.6.6.7\nadd a foo\n' | ipset restore
ipset test a 6.6.6.7
printf 'add a 6.6.6.8\nadd nope 6.6.6.7\n' | ipset restore
ipset test a 6.6.6.8
printf 'add a 6.6.6.9\nfoo\n' | ipset restore
ipset test a 6.6.6.9
printf 'flush a\nswap a b\nrename zz zx\ndestroy zy\nCOMMIT\n' | ipset restore
ipset list -n
printf 'restore\n' | ipset restore
printf 'help\n' | ipset restore
printf 'add\n' | ipset restore
printf 'create foo hash:bar\n' | ipset restore
printf 'add b 8.8.8.8\ndel b 8.8.8.8\ndel b 8.8.8.8\n' | ipset restore
printf 'test b 7.1.1.1\nadd b 7.1.1.2\n' | ipset restore
ipset test b 7.1.1.2
printf 'add b 7.1.1.3\ntest b 7.1.1.3\n' | ipset restore
ipset -q restore -f nowhere.txt
printf 'add nope 1.1.1.4\n' | ipset -q restore
printf 'create big hash:ip initval 0x12345678 hashsize 64\n' | ipset restore
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do ipset add big 10.0.$i.1-10.0.$i.40; done
ipset list -t big
ipset del big 10.0.7.1-10.0.7.40
for i in 3 9 20 21; do ipset del big 10.0.$i.5-10.0.$i.25; done
ipset list big
ipset add big 11.0.0.0/24
ipset list -t big
