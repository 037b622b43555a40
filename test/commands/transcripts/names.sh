# hosts by name: what nc and ping call them
ip netns add c; ip -n c link set lo up
ip netns exec c nc -zv -w1 localhost 5001
ip netns exec c nc -zv -w1 127.1 5001
ip netns exec c nc -zvn -w1 localhost 5001
ip netns exec c nc -zvn -w1 127.0.0.1 5001
ip netns exec c nc -l -k 127.0.0.1 5002 & sleep 0.3
ip netns exec c nc -zv -w1 localhost 5002
ip netns exec c nc -zvn -w1 127.0.0.1 5002
ip netns exec c ping -c1 localhost
ip netns exec c ping -n -c1 localhost
