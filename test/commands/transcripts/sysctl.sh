sysctl net.ipv4.ip_forward
sysctl -n net.ipv4.ip_forward
sysctl net.ipv4.ip_forward=1
sysctl -w net.ipv4.ip_forward=1
sysctl -qw net.ipv4.ip_forward=0
sysctl -q net.ipv4.ip_forward
sysctl -n net/ipv4/ip_forward
sysctl -w net.ipv4.ip_forward = 1
sysctl -w net.ipv4.conf.all.rp_filter=2 foo
sysctl -w net.ipv4.ip_forward
sysctl -w net.ipv4.ip_forward=x
sysctl -w net.ipv4.ip_forward=
sysctl -w net.ipv4.conf.lo.rp_filter=2
sysctl net.ipv4.conf.lo.rp_filter net.ipv4.conf.all.rp_filter
ip link add v1.2 type veth peer name q
sysctl net.ipv4.conf.v1/2.rp_filter
sysctl -w net/ipv4/conf/v1.2/rp_filter=1
sysctl net.ipv4.conf.nosuch.rp_filter
sysctl -w net.ipv4.conf.nosuch.rp_filter=1
sysctl -e net.ipv4.conf.nosuch.rp_filter net.ipv4.ip_forward
sysctl --ignore -w net.ipv4.conf.nosuch.rp_filter=1
sysctl net.ipv4.conf.nosuch.rp_filter net.ipv4.ip_forward
sysctl -w net.ipv4.conf.default.rp_filter=1
sysctl -w net.ipv6.conf.all.disable_ipv6=1
sysctl net.ipv6.conf.all.disable_ipv6
sysctl --write --quiet net.ipv4.ip_forward=1
sysctl --values net.ipv4.ip_forward
sysctl net.ipv4.ip_local_port_range
sysctl -w "net.ipv4.ip_local_port_range=40000 40100"
sysctl -n net.ipv4.ip_local_port_range
sysctl -w "net.ipv4.ip_local_port_range=5 3"
sysctl -w net.ipv4.ip_local_port_range=50-60
sysctl -w net.ipv4.ip_local_port_range=5
sysctl -w net.ipv4.ip_default_ttl=0
sysctl -w net.ipv4.ip_default_ttl=30
sysctl -w net.ipv4.icmp_echo_ignore_all=2
sysctl -w net.ipv4.conf.all.forwarding=1
sysctl net.ipv4.ip_forward
sysctl -n -w net.ipv4.ip_forward=1
sysctl net.ipv4.icmp_ratelimit net.ipv4.icmp_ratemask
sysctl -w
sysctl net.ipv4.ip_forward = 1
sysctl -w net.ipv4.ip_forward=1 -q
sysctl net.ipv4.conf.nosuch.rp_filter net.ipv4.conf.nosuch.forwarding net.ipv4.conf.nosuch2.forwarding
sysctl 1
sysctl -e nosuch
sysctl =
sysctl =3
sysctl -w net.ipv4.ip_forward=x net.ipv4.conf.nosuch.rp_filter=1 net.ipv4.ip_forward=0
sysctl -w net/ipv4/ip_default_ttl=999
sysctl -w "net.ipv4.ip_forward = 1"
sysctl net.ipv4.ip_default_ttl=010
sysctl net.ipv4.ip_default_ttl
sysctl net.ipv4.ip_default_ttl=0x20
sysctl net.ipv4.ip_default_ttl
sysctl "net.ipv4.ip_default_ttl=64 x"
sysctl net.ipv4.ip_default_ttl
sysctl net.ipv4.conf.all.rp_filter=08
sysctl net.ipv4.conf.all.rp_filter=+1
sysctl net.ipv4.conf.all.rp_filter=1.5
sysctl net.ipv4.conf.all.rp_filter=99999999999
sysctl net.ipv4.conf.all.rp_filter=-1
sysctl net.ipv4.conf.all.rp_filter
sysctl net.netfilter.nf_conntrack_tcp_loose=5
sysctl -w net.netfilter.nf_conntrack_max=1000
sysctl -qe net.netfilter.nf_conntrack_max=1000
sysctl -w net/netfilter/nf_conntrack_buckets=1000 net.ipv4.ip_forward=1
