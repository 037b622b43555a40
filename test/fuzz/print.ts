import type { GeneratedLab, IpSet, Node, Probe, Rule, Server, Table } from './model.ts'
import { resolve } from './references.ts'
import type { Place, Topology } from './topologies/index.ts'

/** Tables in the order in which iptables-save prints them on a machine where all are used. */
const TABLES: readonly Table[] = ['raw', 'mangle', 'nat', 'filter', 'security']
/** Longer than any lab takes: the servers end with it. */
const LIFE = 60
/**
 * All that a probe causes is over then, and redirects, which are sent less and less often, are far from each other. ARP requests of two
 * probes stay nearer than a second: what is further apart counts as a repetition.
 */
export const PAUSE = 'sleep 0.35'

/** A lab as the script that both machines run. */
export function printLab(lab: GeneratedLab, title: string): string {
  const { topology } = lab
  const lines = [`# ${title}: ${topology.name}.`, ...topology.setup]
  for (const { node, device, name, value } of lab.sysctls) {
    const place = inner(topology, node)
    const dev = device === 'all' || device === null ? device : place.devices[device % place.devices.length]!
    // With slashes: a device's name may have a dot.
    const key = dev === null ? `net.${name}` : `net/ipv4/conf/${dev}/${name}`
    lines.push(`ip netns exec ${place.netns} sysctl -qw ${key}=${value}`)
  }
  for (const { node, text } of lab.routing) {
    const place = inner(topology, node)
    // The kernel may refuse it, and then kubehop must, too.
    lines.push(`ip -n ${place.netns} ${resolve(text, topology, place)} || true`)
  }
  for (const place of [...topology.routers, ...topology.hosts]) lines.push(...filterOf(lab, place))
  lines.push('# --- traffic ---', ...serverLines(lab))
  for (const [i, probe] of lab.probes.entries()) lines.push(...probeLines(lab, probe, i))
  return `${lines.join('\n')}\n`
}

/** Which router a number means: mostly the first, so that what stands there works together. */
const ROUTERS = [0, 0, 0, 1, 1, 2]

/** Where rules and settings stand: mostly in the middle. */
function inner({ routers, hosts }: Topology, node: Node): Place {
  const router = ROUTERS[node]
  return router === undefined ? hosts[node % hosts.length]! : routers[router % routers.length]!
}

/** Who speaks and listens: mostly the ends. */
function outer({ routers, hosts }: Topology, node: Node): Place {
  return node < 6 ? hosts[node % hosts.length]! : routers[node % routers.length]!
}

/** Sets, rules and policies of one namespace. */
function filterOf(lab: GeneratedLab, place: Place): string[] {
  const { topology } = lab
  const run = `ip netns exec ${place.netns}`
  const rules = lab.rules.filter(({ node }) => inner(topology, node) === place)
  const policies = [
    ...new Set(lab.policies.filter(({ node }) => inner(topology, node) === place).map(({ chain }) => chain)),
  ]
  const lines: string[] = []
  const uses = [
    ...rules.map((rule) => ruleText(rule, topology, place)),
    ...lab.probes.flatMap((probe) =>
      probe.kind === 'command' && inner(topology, probe.node) === place ? [probe.text] : [],
    ),
  ].join('\n')
  for (const [i, set] of lab.sets.entries()) {
    if (new RegExp(`\\bS${i}\\b|ipset flush`).test(uses)) lines.push(...setLines(set, `S${i}`, lab, place))
  }
  const tables = TABLES.flatMap((table) => {
    const own = rules.filter((rule) => rule.table === table)
    const dropping = table === 'filter' ? policies : []
    return own.length === 0 && dropping.length === 0 ? [] : [{ table, own, dropping }]
  })
  const texts = tables.map(({ table, own, dropping }) => ({
    table,
    dropping,
    users: userChains(own),
    rules: own.map((rule) => `${rule.chain} ${ruleText(rule, topology, place)}`),
  }))
  if (lab.restore && texts.length > 0) {
    lines.push(`${run} iptables-restore <<EOF`)
    for (const { table, dropping, users, rules: own } of texts) {
      lines.push(`*${table}`, ...dropping.map((chain) => `:${chain} DROP [0:0]`))
      lines.push(...users.map((chain) => `:${chain} - [0:0]`), ...own.map((rule) => `-A ${rule}`), 'COMMIT')
    }
    lines.push('EOF')
    return lines
  }
  for (const { table, dropping, users, rules: own } of texts) {
    const iptables = `${run} iptables${table === 'filter' ? '' : ` -t ${table}`}`
    lines.push(...users.map((chain) => `${iptables} -N ${chain}`), ...own.map((rule) => `${iptables} -A ${rule}`))
    lines.push(...dropping.map((chain) => `${iptables} -P ${chain} DROP`))
  }
  return lines
}

/** User chains that rules stand in or lead to. */
function userChains(rules: readonly Rule[]): string[] {
  const chains = rules.flatMap(({ chain, target }) => [chain, target.replace(/^-[jg] /, '')])
  return [...new Set(chains.filter((chain) => /^[A-Z]+-\d$/.test(chain)))].sort()
}

function ruleText(rule: Rule, topology: Topology, place: Place): string {
  const { header, protocol, tests, matches, target } = rule
  // An option stands once in a rule; each `-m` starts its module anew.
  const once = tests.filter((test, i) => tests.findIndex((other) => optionOf(other) === optionOf(test)) === i)
  const plain = once.filter((test) => !test.startsWith('-m'))
  const modules = once.filter((test) => test.startsWith('-m'))
  const parts = [...header, protocol, ...plain, ...modules, ...matches, target]
  return resolve(parts.filter((part) => part !== '').join(' '), topology, place)
}

/** `--syn` is an abbreviation for `--tcp-flags`. */
function optionOf(test: string): string {
  return /-m (\w+)|(--[a-z-]+)/.exec(test)!.slice(1).join('').replace('undefined', '').replace('--syn', '--tcp-flags')
}

function setLines({ type, elements }: IpSet, name: string, { topology }: GeneratedLab, place: Place): string[] {
  const ipset = `ip netns exec ${place.netns} ipset`
  return [
    `${ipset} create ${name} ${type}`,
    ...elements.map((element) => `${ipset} -exist add ${name} ${resolve(element, topology, place)}`),
  ]
}

function serverLines({ topology, servers }: GeneratedLab): string[] {
  const lines = servers.map((server) => {
    const run = `ip netns exec ${outer(topology, server.node).netns} timeout ${LIFE} nc`
    return serverLine(run, server)
  })
  // Two programs cannot listen on one port.
  const sockets = lines.map((line) => line.replace(/^echo \w+ \| /, '').replace(' -k -u', ' -u'))
  const distinct = lines.filter((_, i) => sockets.indexOf(sockets[i]!) === i)
  return distinct.length === 0 ? [] : [...distinct, 'sleep 0.3']
}

function serverLine(run: string, { kind, port }: Server): string {
  switch (kind) {
    case 'tcp':
      return `${run} -k -l ${port} &`
    case 'udp':
      return `echo answer | ${run} -u -l ${port} &`
    case 'udp-all':
      return `${run} -k -u -l ${port} &`
  }
}

function probeLines(lab: GeneratedLab, probe: Probe, index: number): string[] {
  const { topology, rules } = lab
  switch (probe.kind) {
    case 'ping': {
      const place = outer(topology, probe.from)
      const words = ['ping -c1 -W0.5', ...probe.options, probe.to]
      return [`ip netns exec ${place.netns} ${resolve(words.join(' '), topology, place)}`, PAUSE]
    }
    case 'tcp':
    case 'udp': {
      const place = outer(topology, probe.from)
      // A port of TCP is not used twice in a namespace: TIME_WAIT frees it by the clock.
      const [how, port] =
        probe.kind === 'tcp' ? ['-N', 41001 + probe.sourcePort + 10 * index] : ['-u -W1', 42001 + probe.sourcePort]
      const words = [`nc ${how}`, ...probe.options, `-p ${port}`, probe.to, probe.port]
      const nc = resolve(words.join(' '), topology, place)
      return [`echo ask | ip netns exec ${place.netns} timeout 0.5 ${nc}`, PAUSE]
    }
    case 'traceroute': {
      const place = outer(topology, probe.from)
      const words = ['traceroute -n -q1 -N1 -m4 -w0.4', ...probe.options, probe.to]
      return [`ip netns exec ${place.netns} ${resolve(words.join(' '), topology, place)}`, PAUSE]
    }
    case 'delete':
    case 'insert': {
      if (rules.length === 0) return []
      const rule = rules[probe.rule % rules.length]!
      const place = inner(topology, rule.node)
      const how = probe.kind === 'delete' ? '-D' : '-I'
      return [
        `ip netns exec ${place.netns} iptables -t ${rule.table} ${how} ${rule.chain} ${ruleText(rule, topology, place)}`,
      ]
    }
    case 'command': {
      const place = inner(topology, probe.node)
      const text = resolve(probe.text, topology, place)
      // `ip netns exec` has `ip` take the namespace itself.
      return [text.startsWith('ip ') ? `ip -n ${place.netns} ${text.slice(3)}` : `ip netns exec ${place.netns} ${text}`]
    }
  }
}
