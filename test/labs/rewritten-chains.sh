# A program rewrites its chains with iptables-restore --noflush while connections and lists of clients are there.
# Lesson: the rules of a rewritten chain count from zero, the others go on; a list of recent stays as long as one rule names it, also one that comes in the same restore, and begins empty after its last rule was gone. The same holds for a table of hashlimit.
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n a link set lo up
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=0
ip -n b link set lo up
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.1.0.1/24 dev eth0
ip -n b addr add 10.1.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec b iptables-restore <<EOF
*filter
:seen - [0:0]
:first - [0:0]
:fast - [0:0]
-A INPUT -j seen
-A INPUT -j first
-A INPUT -j fast
-A seen -m recent --name clients --rcheck --seconds 600 -m comment --comment known
-A first -m recent --name clients --set -m comment --comment new
-A fast -m hashlimit --hashlimit-name few --hashlimit-mode srcip --hashlimit-upto 1/hour --hashlimit-burst 2 -m comment --comment early
COMMIT
EOF
# --- traffic ---
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec b iptables-restore --noflush --counters <<EOF
*filter
:seen - [0:0]
-A seen -m recent --name clients --rcheck --seconds 600 -m comment --comment known
COMMIT
EOF
ip netns exec b iptables -vnxL
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec b iptables-restore --noflush --counters <<EOF
*filter
:seen - [0:0]
:first - [0:0]
:fast - [0:0]
-A seen -m recent --name clients --rcheck --seconds 600 -m comment --comment known
-A first -m recent --name clients --set -m comment --comment new
-A fast -m hashlimit --hashlimit-name few --hashlimit-mode srcip --hashlimit-upto 1/hour --hashlimit-burst 2 -m comment --comment early
COMMIT
EOF
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec b iptables -vnxL
ip netns exec b iptables-restore --noflush --counters <<EOF
*filter
:seen - [0:0]
:first - [0:0]
:fast - [0:0]
COMMIT
EOF
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec b iptables-restore --noflush --counters <<EOF
*filter
:seen - [0:0]
:first - [0:0]
:fast - [0:0]
-A seen -m recent --name clients --rcheck --seconds 600 -m comment --comment known
-A first -m recent --name clients --set -m comment --comment new
-A fast -m hashlimit --hashlimit-name few --hashlimit-mode srcip --hashlimit-upto 1/hour --hashlimit-burst 2 -m comment --comment early
COMMIT
EOF
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec b iptables -vnxL
ip netns exec b iptables -F first
ip netns exec b iptables -D seen 1
ip netns exec b iptables -A seen -m recent --name clients --rcheck -m comment --comment known
ip netns exec a ping -c 1 -W 0.3 10.1.0.2
ip netns exec b iptables -vnxL
