ip netns add n; ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns exec n brctl show
ip netns exec n brctl addbr br0
ip netns exec n brctl addbr br0
ip netns exec n brctl addbr
ip netns exec n brctl addbr 0123456789abcdefg
ip netns exec n brctl addbr br/1
ip netns exec n brctl show
ip netns exec n brctl show br0
ip netns exec n brctl show nosuch
ip netns exec n brctl addbr longbridgename1
ip -n n link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:11
ip -n n link add v1 address 02:00:00:00:00:02 type veth peer name p1 address 02:00:00:00:00:12
ip -n n link add v2 address 02:00:00:00:00:03 type veth peer name p2 address 02:00:00:00:00:13
ip netns exec n brctl addif br0 v0
ip netns exec n brctl addif br0 v0
ip netns exec n brctl addif br0 nosuch
ip netns exec n brctl addif nosuch v1
ip netns exec n brctl addif br0 v1 v2
ip netns exec n brctl addif br0 lo
ip netns exec n brctl addif br0 longbridgename1
ip netns exec n brctl addif br0
ip netns exec n brctl addif
ip netns exec n brctl addif v0 v1
ip netns exec n brctl show
ip netns exec n brctl show br0
ip netns exec n brctl show br0 longbridgename1
ip netns exec n brctl show v0
ip netns exec n brctl showmacs br0
ip -n n link set br0 up; ip -n n link set v0 up; ip -n n link set p0 up; ip -n n link set v1 up; ip -n n link set p1 up
sleep 0.1
ip netns exec n brctl showmacs br0
ip netns exec n brctl showmacs nosuch
ip netns exec n brctl showmacs
ip netns exec n brctl showmacs v0
ip netns exec n brctl show br0 nosuch
ip netns exec n brctl hairpin br0 v0 on
bridge -n n -d link show dev v0 | grep -o 'hairpin [onf]*'
ip netns exec n brctl hairpin br0 v0 off
ip netns exec n brctl hairpin br0 v0 maybe
ip netns exec n brctl hairpin br0 v0 yes
ip netns exec n brctl hairpin br0 nosuch on
ip netns exec n brctl hairpin nosuch v0 on
ip netns exec n brctl hairpin br0 p0 on
ip netns exec n brctl hairpin br0 v0
ip netns exec n brctl setageing br0 20
ip netns exec n brctl setageing br0 x
ip netns exec n brctl setageing nosuch 20
ip netns exec n brctl setageing br0
ip netns exec n brctl setageing v0 20
ip netns exec n brctl stp v0 off
ip netns exec n brctl stp br0 off extra
ip netns exec n brctl stp br0 off
ip netns exec n brctl stp br0
ip netns exec n brctl stp nosuch off
ip netns exec n brctl stp br0 maybe
ip -n n addr add 10.0.0.1/24 dev br0; ip netns add m
ip netns exec m sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip -n n link set p0 netns m; ip -n m addr add 10.0.0.2/24 dev p0; ip -n m link set p0 up
ip netns exec m ping -c1 10.0.0.1 >/dev/null
ip netns exec n brctl showmacs br0 | cut -f1-4
bridge -n n fdb add 02:00:00:00:00:99 dev v0 master static
bridge -n n fdb add 02:00:00:00:00:98 dev v1 master permanent 2>/dev/null
ip netns exec n brctl showmacs br0 | grep -e 99 -e 98
ip -n n link set br0 address 02:00:00:00:00:aa
ip netns exec n brctl showmacs br0 | grep -i aa
ip netns exec n brctl show br0
ip netns exec n brctl delif br0 v1
ip netns exec n brctl delif br0 v1
ip netns exec n brctl delif v0 v1
ip netns exec n brctl addif br0 v1
ip netns exec n brctl showmacs br0 | cut -f1-3
ip netns exec n brctl delif br0 v2
ip netns exec n brctl addbr br1
ip netns exec n brctl addif br1 v2
ip netns exec n brctl addif br0 v2
ip netns exec n brctl hairpin br0 v2 on
ip netns exec n brctl show
ip netns exec n brctl delif br0 v2
ip netns exec n brctl delif br0 nosuch
ip netns exec n brctl delif nosuch v1
ip netns exec n brctl delif br0
ip netns exec n brctl show
ip netns exec n brctl delbr br0
ip netns exec n brctl delbr nosuch
ip netns exec n brctl delbr v0
ip netns exec n brctl delbr
ip -n n link set br0 down
ip netns exec n brctl delbr br0
ip netns exec n brctl show
ip netns exec n brctl
ip netns exec n brctl foo
ip netns exec n brctl -h
ip netns exec n brctl --help
ip netns exec n brctl -V
ip netns exec n brctl --version
ip netns exec n brctl -x
ip netns exec n brctl sho
ip netns exec n brctl delbr longbridgename1
