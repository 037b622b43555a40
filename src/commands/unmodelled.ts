const NAMES = 'names are looked up in /etc/hosts and in the cluster, no DNS packet is sent: curl NAME, nc -zv NAME PORT'
const TEXT = 'there are grep, cut, tr, head, tail, sort, uniq and wc'
const NOTHING_RUNS = 'nothing but the network runs here'
const WRITE = 'write a file with echo TEXT > FILE'
const CONTAINERS = 'a pod is a place: use pod/NAME, and ip netns list on its node'
const ALL = 'help lists what there is; nothing can be installed'

/** Programs that people type while they look around, by what to type instead. */
const INSTEAD: Readonly<Record<string, string | undefined>> = {
  apk: ALL,
  apt: ALL,
  'apt-get': ALL,
  awk: TEXT,
  cd: 'files have their whole path: cat /etc/hosts',
  clear: 'Ctrl-L clears the screen',
  crictl: CONTAINERS,
  ctr: CONTAINERS,
  date: 'time is virtual: the prompt’s time tells it',
  dig: NAMES,
  dmesg: 'what a packet went through, trace shows',
  ethtool: 'ip -d link shows what is known of a device',
  find: 'files are known by their path: cat /proc/net/dev',
  free: NOTHING_RUNS,
  getent: NAMES,
  history: 'the arrow keys and Ctrl-R go through it',
  host: NAMES,
  htop: NOTHING_RUNS,
  ifdown: 'ip link set DEVICE down',
  ifup: 'ip link set DEVICE up',
  ipvsadm: 'kube-proxy writes iptables rules here: iptables -t nat -S KUBE-SERVICES',
  journalctl: NOTHING_RUNS,
  jq: TEXT,
  ls: 'files are known by their path: cat /etc/hosts, /proc/net/dev, /proc/sys/net/ipv4/ip_forward; devices: ip -br link',
  lsmod: NOTHING_RUNS,
  lsof: 'ss -lnut',
  man: 'most programs say how they are called when they are called wrongly; docs/commands.md has their options',
  mtr: 'traceroute -n, or trace',
  nano: WRITE,
  nft: 'the rules are those of iptables: iptables-save',
  nmap: 'nc -zv ADDRESS PORT',
  nsenter: 'ip netns exec NAME COMMAND; ip netns list has the names',
  nslookup: NAMES,
  nstat: 'cat /proc/net/snmp',
  perl: TEXT,
  ps: 'processes have no numbers here; jobs lists what runs in the background',
  pwd: 'files have their whole path: cat /etc/hosts',
  python: TEXT,
  python3: TEXT,
  sed: TEXT,
  seq: 'for i in {1..3}; do …; done',
  service: NOTHING_RUNS,
  sudo: 'you are root: leave it out',
  systemctl: NOTHING_RUNS,
  tc: 'queueing disciplines are not modelled',
  tee: 'write into a file with >, and cat it',
  telnet: 'nc ADDRESS PORT',
  top: NOTHING_RUNS,
  tracepath: 'ping -M do -s SIZE finds the MTU, traceroute the way',
  tshark: 'tcpdump -n -i DEVICE; -w FILE writes a capture that tshark reads',
  uname: 'hostname tells where one is',
  uptime: 'time is virtual: the prompt’s time tells it',
  vi: WRITE,
  vim: WRITE,
  watch: 'for i in {1..5}; do COMMAND; sleep 1; done',
  which: ALL,
  whoami: 'you are root',
  wireshark: 'tcpdump -w FILE writes a capture that wireshark reads',
  xargs: 'for each in …; do COMMAND $each; done',
  yum: ALL,
}

/** What to type instead of a program that is not there; undefined: nobody has thought of it. */
export function insteadOf(name: string): string | undefined {
  return Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined
}
