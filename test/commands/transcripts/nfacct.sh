nfacct add here
printf '*filter\n-A INPUT -m nfacct --nfacct-name here\nCOMMIT\n' | iptables-restore
printf '*filter\n-A INPUT -m nfacct --nfacct-name gone\n-A INPUT -j ACCEPT\nCOMMIT\n' | iptables-restore
iptables -A INPUT -m nfacct --nfacct-name gone
iptables -I INPUT -m nfacct --nfacct-name gone
iptables -R INPUT 1 -m nfacct --nfacct-name gone
iptables -S
