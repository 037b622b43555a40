printf 'link add q0 type bridge\n' > batch
ip -batch batch
ip -batch /dev/null
ip -batch ./batch
ip -batch nosuch
ip -batch /tmp/nosuch/batch
ip netns add files
ip -n files -batch batch
ip -n files -o link show type bridge
ipset create s hash:ip initval 0x12345678
ipset save -f saved
cat saved
ipset save -f /tmp/nosuch/saved
ipset save -f /dev/null
ipset -f named list -n
cat named
ipset destroy
ipset restore -f saved
ipset list -n
ipset restore -f /dev/null
ipset restore -f nosuch
ipset -f /tmp/nosuch/saved restore
ipset restore -f /dev/null
iptables-restore /dev/null
iptables-restore nosuch
iptables-restore /tmp/nosuch/rules
printf '*filter\n:FORWARD DROP\nCOMMIT\n' > rules
iptables-restore rules
iptables -S FORWARD
ip netns exec files iptables-restore < rules
ip netns exec files iptables -S FORWARD
iptables-save > /tmp/nosuch/rules
cat < nosuch
printf '*filter\nCOMMIT\n' > f
iptables-restore -w 5 </dev/null
iptables-restore -w5 </dev/null
iptables-restore --wait 5 </dev/null
iptables-restore --wait=5 </dev/null
iptables-restore -W 5 </dev/null
iptables-restore --wait-interval=5 </dev/null
iptables-restore - </dev/null
iptables-restore -nc f
iptables-restore --nofl f
iptables-restore --no f
iptables-restore --foo f
iptables-restore -T nat f
iptables-restore -T
iptables-restore -tn f
iptables-restore --test --noflush f
iptables-restore -V
iptables-restore -4 f
iptables-restore -M x f
iptables-restore -b f
iptables-restore --noflush=1 f
iptables-save -ct filter
iptables-save -tfilter
iptables-save --tab filter
iptables-save --table=filter -c
iptables-save --table
iptables-save -V
iptables-save -4
iptables-save -b
iptables-save --foo
iptables-save --c=1
iptables-save -t
iptables-save -c foo -t nosuch
iptables-save -f /dev/null
iptables-save -f -
cat ./-
iptables-restore a b
iptables-save -f rules2
cat rules2
iptables-save -f /tmp/nosuch/x
