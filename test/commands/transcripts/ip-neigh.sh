sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
ip link add e0 address 02:00:00:00:00:01 type veth peer name e1 address 02:00:00:00:00:02
ip link set e0 up
ip link set e1 up
ip addr add 10.0.0.1/24 dev e0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev e0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev e0
ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:03 dev e0 nud reachable
ip neigh add 10.0.0.4 lladdr 02:00:00:00:00:04 nud stale dev e0
ip neigh add 10.0.0.5 dev e0 nud noarp lladdr 02:00:00:00:00:05
ip neigh add 10.0.0.6 dev e0 nud failed
ip neigh add 10.0.0.7 dev e0
ip neigh add 10.0.0.8 lladdr xx dev e0
ip neigh add 10.0.0.8 lladdr 02:00:00:00:00:08
ip neigh add lladdr 02:00:00:00:00:08 dev e0
ip neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 dev nosuch
ip neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 dev e0 nud foo
ip neigh add proxy 10.0.0.9 dev e0
ip neigh add x lladdr 02:00:00:00:00:08 dev e0
ip neigh show 10.0.0.2
ip neigh show nud permanent
ip neigh show nud stale
ip neigh show proxy
ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:22 dev e0
ip neigh replace 10.0.0.10 lladdr 02:00:00:00:00:10 dev e0 nud permanent
ip neigh change 10.0.0.3 lladdr 02:00:00:00:00:33 dev e0
ip neigh change 10.0.0.99 lladdr 02:00:00:00:00:33 dev e0
ip neigh del 10.0.0.2 dev e0
ip neigh del 10.0.0.2 dev e0
ip neigh del 10.0.0.98 dev e0
ip neigh del 10.0.0.3
ip neigh flush dev e0
ip neigh flush all
ip neigh flush dev nosuch
ip neigh flush
ip neigh flush dev e0 nud permanent
ip neigh get 10.0.0.10 dev e0
ip neigh foo
ip netns
ip netns list
ip netns add a
ip netns add a
ip netns add b
ip netns
ip netns add
ip netns add a/b
ip netns add .
ip netns exec a true
ip netns exec a false
ip netns exec nosuch true
ip netns exec
ip netns exec a
ip netns exec a ip netns identify
ip netns identify
ip netns exec a ip link
ip -n a netns
ip netns id
ip link add v0 netns a type veth peer name v1 netns b
ip netns
ip netns exec a ip netns list
ip netns del a
ip netns del a
ip netns del
ip netns delete b
ip netns
ip netns foo
ip netn add c
ip net
ip netns exec c echo a b "c d"
echo 'link set lo up' | ip -batch -
printf 'link add q0 type veth peer name q1\n# comment\n\nlink set q0 up\naddr add 10.5.0.1/24 dev q0\n' | ip -batch -
ip -br addr show q0
printf 'link set nosuch up\nlink set q1 up\n' | ip -batch -
printf 'link set nosuch up\nlink set q1 up\n' | ip -force -batch -
printf 'link set q1 down\nfoo\n' > batch
ip -b batch
ip -batch nosuchfile
ip -n c -batch batch
printf 'addr add 10.6.0.1/24 \\\n dev q0\n' | ip -b -
ip -4 -o addr show q0
