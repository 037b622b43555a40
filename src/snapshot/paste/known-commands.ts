/** Programs that people type when they look at a network. */
const PROGRAMS: ReadonlySet<string> = new Set(
  (
    'arp arping brctl bridge calicoctl cat chroot cilium conntrack crictl ctr curl cut dig dmesg docker echo egrep ethtool exit ' +
    'export find for free getent grep head hostname hostnamectl ifconfig ip ip6tables ip6tables-save ipset iptables ' +
    'iptables-legacy iptables-legacy-save iptables-nft iptables-nft-save iptables-save ipvsadm journalctl kubectl less logout ls ' +
    'lsmod minikube modprobe nc netstat nft nslookup nsenter ovs-vsctl podman ping ps route service sh ss ssh su sudo ' +
    'sysctl systemctl tail tcpdump telnet timeout traceroute tracepath uname wget while xtables-nft-multi xtables-legacy-multi'
  ).split(' '),
)

/** Does the line begin with a program that is known here? */
export function isKnownCommand(line: string): boolean {
  const text = line.trimStart()
  let end = 0
  while (end < text.length && text[end] !== ' ' && text[end] !== ';' && text[end] !== '|') end++
  const word = text.slice(0, end)
  return PROGRAMS.has(word.slice(word.lastIndexOf('/') + 1))
}
