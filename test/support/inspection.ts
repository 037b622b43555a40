import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { normal } from '../commands/transcripts/index.ts'

/*
 * What somebody types who looks around in a laboratory: each command in each namespace, once when it is built and once behind its traffic.
 */

/** Networks of all kinds that are among the stored labs. */
export const INSPECTED_LABS = [
  'bridge-flooding',
  'cluster-pods',
  'cluster-vxlan-cni0',
  'clusterip-hairpin-br-netfilter',
  'clusterip-vxlan',
  'docker-network-modes',
  'docker-published-port',
  'flannel-ip-masq',
  'host-gw-pod-to-pod',
  'nodeport-vxlan',
  'policy-routing-source',
  'two-uplinks-connmark',
  'vxlan-learning',
] as const

const LINKS = [
  'brctl show',
  'ip -br link',
  'ip -br addr',
  'ip -d link',
  'ip -j -d addr',
  'ip addr',
  'bridge -d link | sort',
  'bridge fdb | sort',
]
/** Behind the traffic these count what comes by chance, too: acknowledgements that stand alone, neighbours that are asked again. */
const COUNTERS = [
  'ifconfig',
  'ifconfig -a',
  'ifconfig -s',
  'netstat -i',
  'ip -s link',
  'ip -j -s link',
  'cat /proc/net/dev',
  'cat /proc/net/snmp',
]
const ROUTES = [
  'route -n',
  'route -ne',
  'netstat -rn',
  'ip route',
  'ip -d route',
  'ip -j route',
  'ip route show table all | sort',
  'ip rule',
  'cat /proc/net/route',
  'cat /proc/net/fib_trie',
]
const RULES = ['filter', 'nat', 'mangle', 'raw'].map((table) => `iptables -t ${table} -L -n -v --line-numbers`)
/** Behind the traffic the nat table alone counts nothing that comes by chance: it sees the first packet of each connection. */
const RULES_LATER = [
  RULES[1]!,
  'iptables -L -n --line-numbers',
  'iptables -t mangle -L -n',
  'iptables -S',
  'iptables -t nat -S',
]
const STATE = [
  'arp -n | sort',
  'arp -an | sort',
  'ip neigh | sort',
  'ip -j neigh',
  'cat /proc/net/arp | sort',
  'ss -lnut | sort',
  'netstat -lnut | sort',
  'conntrack -L 2>/dev/null | sort',
  'conntrack -L -o extended 2>/dev/null | sort',
  'conntrack -C',
  'cat /proc/net/nf_conntrack | sort',
  'cat /proc/sys/net/ipv4/ip_forward',
]
const TEXT = [
  'ip addr | grep -c inet',
  'ip addr | grep -v -E "inet|link" | head -n 3',
  'route -n | grep -i -A 1 -B 1 ug | tail -n 4',
  'iptables-save | grep -v "^#" | wc -l',
  'ip route | sort -r | head -2',
  'brctl show | wc -l',
]

/** A lab with what one types in it. */
export function inspectionOf(name: string): string {
  const text = readFileSync(fileURLToPath(new URL(`../labs/${name}.sh`, import.meta.url)), 'utf8')
  const [setup = '', traffic = ''] = text.split(/^# --- traffic ---$/m)
  const names = [...setup.matchAll(/^ip netns add (\S+)$/gm)].map(([, netns]) => netns!)
  const addresses = [...new Set([...setup.matchAll(/addr(?:ess)? add (\d+\.\d+\.\d+\.\d+)/g)].map(([, ip]) => ip!))]
  const gets = [...addresses.slice(0, 4), '8.8.8.8'].map((address) => `ip route get ${address}`)
  const macs = bridgesOf(setup)
  const look = (commands: readonly string[]): string =>
    (names.length === 0 ? [''] : names).map((netns) => within(netns, commands)).join('')
  const first = look([...LINKS, ...COUNTERS, ...ROUTES, ...RULES, ...STATE, ...TEXT, ...gets, ...macs])
  const later = look([...LINKS, ...ROUTES, ...RULES_LATER, ...STATE, ...gets, ...macs])
  // carriers are noticed up to a second late
  return `${setup}\nsleep 1.5\n${first}echo '= traffic'\n${traffic}\nwait\necho '= behind it'\n${later}`
}

/** All of them by one shell: each `ip netns exec` takes its time. */
function within(netns: string, commands: readonly string[]): string {
  const lines = commands.map(
    (command) => `echo "$ ${netns} ${command.replace(/["|]/g, '')}"\n${command}\necho "[$?]"\n`,
  )
  return netns === '' ? lines.join('') : `ip netns exec ${netns} sh -c '\n${lines.join('')}'\n`
}

function bridgesOf(setup: string): string[] {
  const names = [...setup.matchAll(/link add (?:name )?(\S+) type bridge/g)].map(([, name]) => name!)
  return [...new Set(names)].map((name) => `brctl showmacs ${name} 2>&1 | sort`)
}

/** What each command printed, in order, without what differs from run to run: times, drawn addresses and ports, the order of hashes. */
export function inspected(output: string, script: string): string[] {
  const written = new Set(script.match(/\d+/g))
  const whole = output
    .slice(output.indexOf('$ '))
    .replace(/^= traffic\n[\s\S]*^= behind it\n/m, '= behind the traffic\n')
  const text = normal(whole)
    .replace(/\b8000\.[0-9a-f]{12}\b/g, '8000.ID')
    .replace(/\b8000\.(MAC|([0-9a-f]{1,2}:){5}[0-9a-f]{1,2})/g, '8000.ID')
    .replace(/\b(REACHABLE|STALE|DELAY|PROBE)\b/g, 'resolved')
    .replace(/\b([sd]port)=(\d+)\b/g, (all, end: string, port: string) => (written.has(port) ? all : `${end}=PORT`))
    .replace(/\bid=\d+/g, 'id=N')
    // seconds since an address was seen on a port
    .replace(/^( *\d+\t\S+\tno\t\t) +\d+\.\d\d$/gm, '$1 T')
  return text.split(/^(?=\$ |= )/m).map((answer) => (/^\$ .*sort|neigh/.test(answer) ? sorted(answer) : answer))
}

function sorted(answer: string): string {
  const [command = '', ...lines] = answer.replace('[{', '{').replace('}]', '},').replaceAll('},{', '},\n{').split('\n')
  return [command, ...lines.sort()].join('\n')
}
