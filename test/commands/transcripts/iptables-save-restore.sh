iptables-save
iptables -A INPUT -p tcp --dport 80 -j ACCEPT
iptables -t nat -N x
iptables -t nat -A x -j RETURN
iptables -P FORWARD DROP
iptables-save
iptables-save -c
iptables-save --counters -t nat
iptables-save -t nosuch
iptables-save -t mangle
iptables-save > /tmp/kubehop-rules
iptables -F
iptables-restore /tmp/kubehop-rules
iptables -S
iptables -A INPUT -j DROP
iptables-restore --noflush < /tmp/kubehop-rules
iptables -S
iptables-restore -n -T nat < /tmp/kubehop-rules
iptables -t nat -S
iptables-restore -t < /tmp/kubehop-rules
iptables-restore /tmp/kubehop-no-such-file
printf '*filter\n:INPUT DROP [5:6]\n:y - [0:0]\n[7:8] -A INPUT -j y\nCOMMIT\n' | iptables-restore -c
iptables-save -c -t filter
printf '*filter\n:INPUT ACCEPT [5:6]\n-A INPUT -j ACCEPT\nCOMMIT\n' | iptables-restore
iptables-save -c -t filter
printf '*filter\n-A INPUT -j nosuch\nCOMMIT\n' | iptables-restore
printf '*filter\n-A INPUT -p nosuch\nCOMMIT\n' | iptables-restore
printf '*filter\n-A INPUT -j ACCEPT\n' | iptables-restore
printf -- '-A INPUT -j ACCEPT\n' | iptables-restore
printf '*nosuch\n-A INPUT -j ACCEPT\nCOMMIT\n' | iptables-restore
printf '*filter\n-A nosuch -j ACCEPT\nCOMMIT\n' | iptables-restore
printf '*filter\n:INPUT FOO [0:0]\nCOMMIT\n' | iptables-restore
printf '*filter\n:a ACCEPT [0:0]\n:b - [0:0]\n-A b -j a\nCOMMIT\n' | iptables-restore
printf '*filter\nfoo\nCOMMIT\n' | iptables-restore
printf '*filter\n-X nosuch\nCOMMIT\n' | iptables-restore -n -w 5
printf '# nothing\n\n' | iptables-restore
printf '*filter\n-D INPUT 9\nCOMMIT\n' | iptables-restore --noflush --wait=5
printf '*filter\n-N a\n-A INPUT -j a\nCOMMIT\n*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n' | iptables-restore -n -w
iptables-save
