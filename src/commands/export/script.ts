import { Bridge } from '../../bridge/bridge.ts'
import type { Link } from '../../netns/link.ts'
import type { NetworkNamespace } from '../../netns/namespace.ts'
import { Veth } from '../../netns/veth.ts'
import { Vxlan } from '../../overlay/vxlan.ts'
import { formatIpv4, formatPrefix } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import { formatMac, MAC_ZERO } from '../../packet/mac.ts'
import { RouteProtocol } from '../../route/index.ts'
import { printRoute } from '../../route/print.ts'
import { printRule } from '../../route/print-rule.ts'

/** What the written script says beside the configuration. */
export interface ExportOptions {
  /** Comment lines for the head of the script. */
  readonly comments?: readonly string[]
  /** Turns IPv6 and multicast reports off in every namespace, so that nothing but the flows moves. Default true. */
  readonly quiet?: boolean
}

/**
 * Writes simulated namespaces as a bash script that builds them for real: run as root, or by `kubehop run`. Configuration only: what
 * was learned, tracked and counted stays behind.
 *
 * @throws KubehopError `NOT_EXPORTABLE` when a pair leads to a namespace that is not among them
 */
export function exportScript(namespaces: Iterable<NetworkNamespace>, options: ExportOptions = {}): string {
  const all = [...namespaces]
  const names = new NetnsNames(all)
  const out = (options.comments ?? []).map((line) => `# ${line}`)
  for (const netns of all) {
    out.push(`ip netns add ${names.of(netns)}`)
    if (options.quiet ?? true) {
      out.push(
        `${exec(names.of(netns))} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0`,
      )
    }
  }
  const made = new Set<Link>()
  for (const netns of all) for (const link of netns.devices()) out.push(...makeLink(link, names, made))
  for (const netns of all) out.push(...configure(netns, names.of(netns)))
  return `${out.join('\n')}\n`
}

/** Names that ip-netns(8) takes: no slash; the simulation's own may have one. */
export class NetnsNames {
  readonly #names = new Map<object, string>()

  constructor(namespaces: readonly NetworkNamespace[]) {
    const taken = new Set<string>()
    for (const netns of namespaces) {
      const base = netns.name.replace(/[^A-Za-z0-9_.-]/g, '.')
      let name = base
      for (let number = 2; taken.has(name); number++) name = `${base}.${number}`
      taken.add(name)
      this.#names.set(netns, name)
    }
  }

  /** @throws KubehopError `NOT_EXPORTABLE` */
  of(netns: object): string {
    const name = this.#names.get(netns)
    if (name === undefined) throw new KubehopError('NOT_EXPORTABLE', 'a link leads to a namespace that is not exported')
    return name
  }
}

/** Settings of the whole machine: a namespace of its own cannot write them. */
const HOST_WIDE: ReadonlySet<string> = new Set(['netfilter.nf_conntrack_max'])

function exec(netns: string): string {
  return `ip netns exec ${netns}`
}

function makeLink(link: Link, names: NetnsNames, made: Set<Link>): string[] {
  if (link.loopback || made.has(link)) return []
  made.add(link)
  const netns = names.of(link.netns)
  const lines: string[] = []
  if (link instanceof Veth) {
    const { peer } = link
    if (peer === null) throw new KubehopError('NOT_EXPORTABLE', `${link.name} has lost the other end of its pair`)
    made.add(peer)
    lines.push(
      `ip link add name ${link.name} netns ${netns} type veth peer name ${peer.name} netns ${names.of(peer.netns)}`,
    )
    lines.push(`ip -n ${names.of(peer.netns)} link set ${peer.name} address ${formatMac(peer.mac)} mtu ${peer.mtu}`)
  } else if (link instanceof Vxlan) {
    const local = link.local === 0 ? '' : ` local ${formatIpv4(link.local)}`
    const dev = link.dev === null ? '' : ` dev ${link.dev.name}`
    const learning = link.learning ? '' : ' nolearning'
    const ttl = link.ttl === 0 ? '' : ` ttl ${link.ttl}`
    const tos = link.tos === 0 ? '' : ` tos ${link.tos === 1 ? 'inherit' : `0x${link.tos.toString(16)}`}`
    const df = link.df === 'unset' ? '' : ` df ${link.df}`
    lines.push(
      `ip -n ${netns} link add name ${link.name} type vxlan id ${link.id}${local}${dev} dstport ${link.dstport}${learning}${ttl}${tos}${df}${link.udpCsum ? '' : ' noudpcsum'}`,
    )
  } else {
    lines.push(`ip -n ${netns} link add name ${link.name} type ${link.kind}`)
  }
  const mac =
    link.mac === MAC_ZERO || (link instanceof Bridge && !link.macIsSet) ? '' : ` address ${formatMac(link.mac)}`
  lines.push(`ip -n ${netns} link set ${link.name}${mac} mtu ${link.mtu}`)
  return lines
}

function configure(netns: NetworkNamespace, name: string): string[] {
  const links = [...netns.devices()]
  const text = netns.netfilter.save()
  return [
    ...[...netns.sysctl.written()]
      .filter(([path]) => !HOST_WIDE.has(path))
      .map(([path, value]) => `${exec(name)} sysctl -qw net.${path}=${value}`),
    ...links.flatMap((link) => ports(link, name)),
    ...links.flatMap((link) => addresses(link, name)),
    ...links.filter((link) => link.up).map((link) => `ip -n ${name} link set ${link.name} up`),
    ...routes(netns, name),
    ...links.flatMap((link) => neighbours(netns, link, name)),
    ...[...countersOf(text)].map((counter) => `${exec(name)} nfacct add ${counter}`),
    ...(text === '' ? [] : [`${exec(name)} iptables-restore <<'EOF'`, text.trimEnd(), 'EOF']),
  ]
}

/** Rules with `-m nfacct` are only taken where their counters exist. */
function countersOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/--nfacct-name +(\S+)/g)].flatMap(([, counter]) => counter ?? []))
}

function ports(link: Link, name: string): string[] {
  if (!(link instanceof Bridge)) return []
  return link.ports.flatMap(({ link: port, settings }) => {
    const lines = [`ip -n ${name} link set ${port.name} master ${link.name}`]
    const flags = [
      settings.hairpin ? 'hairpin on' : '',
      settings.isolated ? 'isolated on' : '',
      settings.learning ? '' : 'learning off',
    ]
    const given = flags.filter((flag) => flag !== '').join(' ')
    if (given !== '') lines.push(`ip -n ${name} link set ${port.name} type bridge_slave ${given}`)
    return lines
  })
}

function addresses(link: Link, name: string): string[] {
  return link.addresses
    .filter(({ local }) => !(link.loopback && local === 0x7f000001))
    .map(({ local, length, broadcast }) => {
      const brd = broadcast === 0 ? '' : ` broadcast ${formatIpv4(broadcast)}`
      return `ip -n ${name} addr add ${formatPrefix({ address: local, length })}${brd} dev ${link.name}`
    })
}

/** Routes that somebody added; those that follow from addresses come by themselves. Nearer ones first, for gateways lie behind them. */
function routes(netns: NetworkNamespace, name: string): string[] {
  const own = netns.fib.routes().filter((route) => route.protocol !== RouteProtocol.KERNEL)
  const nearFirst = [...own].sort((a, b) => Number(a.gateway !== 0) - Number(b.gateway !== 0))
  const rules = netns.fib.rules.map((rule) =>
    printRule(rule, netns)
      .replace(/^(\d+):\s*/, 'priority $1 ')
      .trim(),
  )
  return [
    ...nearFirst.map(
      (route) =>
        `ip -n ${name} route add ${printRoute(route, netns, { tables: true }).replace(' linkdown', '').trim()}`,
    ),
    ...rules.filter((rule) => !INITIAL_RULES.includes(rule)).map((rule) => `ip -n ${name} rule add ${rule}`),
    ...INITIAL_RULES.filter((rule) => !rules.includes(rule)).map((rule) => `ip -n ${name} rule del ${rule}`),
  ]
}

/** The rules that a namespace has from the start. */
const INITIAL_RULES = [
  'priority 0 from all lookup local',
  'priority 32766 from all lookup main',
  'priority 32767 from all lookup default',
]

function neighbours(netns: NetworkNamespace, link: Link, name: string): string[] {
  const lines = [...netns.neighbours.permanentOf(link)].map(
    ([address, mac]) =>
      `ip -n ${name} neigh add ${formatIpv4(address)} lladdr ${formatMac(mac)} dev ${link.name} nud permanent`,
  )
  for (const { address, link: on } of netns.neighbours.proxies.list()) {
    if (on === link) lines.push(`ip -n ${name} neigh add proxy ${formatIpv4(address)} dev ${link.name}`)
    else if (on === null && link.loopback) lines.push(`ip -n ${name} neigh add proxy ${formatIpv4(address)}`)
  }
  if (link instanceof Vxlan) {
    for (const [mac, remotes] of link.fdb.configured) {
      for (const remote of remotes) {
        lines.push(
          `bridge -n ${name} fdb append ${formatMac(mac)} dev ${link.name} dst ${formatIpv4(remote.address)} self permanent`,
        )
      }
    }
  }
  return lines
}
