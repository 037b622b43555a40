arping -c1 -I lo 10.0.0.2 2>/dev/null
ip link set lo up
arping -c1 -I lo 10.0.0.2 2>/dev/null
arping -q -c1 -I lo 10.0.0.2
arping -D -c1 -I lo 10.0.0.2
ip link add e0 type veth peer name e1
arping -c1 -I e0 10.0.0.2
arping -q -c1 -I e0 10.0.0.2
arping -D -c1 -I e0 10.0.0.2
arping -c1 -I e0 -s x 10.0.0.2
arping -c1 10.0.0.2
arping -c1 127.0.0.1
