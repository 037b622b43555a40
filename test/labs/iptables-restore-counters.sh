# A rule set is added to, tried, refused and restored: what becomes of the counters of the rules that stay?
# Lesson: --noflush keeps what is there and counts on, --test and a set with a mistake change nothing, -c gives a rule the numbers before it.
ip link set lo up
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
iptables-restore <<EOF
*filter
:INPUT ACCEPT [10:1000]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo
COMMIT
EOF
# --- traffic ---
ping -c1 -W1 127.0.0.1
iptables -L INPUT -n -v -x
iptables-restore --noflush <<EOF
*filter
-A INPUT -p udp -j ACCEPT
COMMIT
EOF
iptables -L INPUT -n -v -x
iptables-restore --test <<EOF
*filter
-F INPUT
COMMIT
EOF
iptables -L INPUT -n -v -x
iptables-restore <<EOF
*filter
-A NOSUCH -j ACCEPT
COMMIT
EOF
iptables -L INPUT -n -v -x
iptables-restore -c --noflush <<EOF
*filter
[7:77] -A INPUT -p icmp -j ACCEPT
COMMIT
EOF
iptables -L INPUT -n -v -x
