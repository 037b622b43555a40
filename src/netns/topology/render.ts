import type { Topology, TopologyDevice, TopologyNamespace } from './topology.ts'

/** The graph as an indented list. */
export function topologyText(topology: Topology): string {
  const peers = peersOf(topology)
  return topology.namespaces
    .map((netns) => [netns.name, ...lines(netns, peers)].join('\n'))
    .join('\n\n')
    .concat('\n')
}

function lines(netns: TopologyNamespace, peers: ReadonlyMap<string, string>): string[] {
  const top = netns.devices.filter((device) => device.master === undefined)
  return top.flatMap((device) => [
    line(device, peers.get(`${netns.name} ${device.name}`), 1),
    ...netns.devices
      .filter((port) => port.master === device.name)
      .map((port) => line(port, peers.get(`${netns.name} ${port.name}`), 2)),
  ])
}

function line(device: TopologyDevice, peer: string | undefined, depth: number): string {
  const parts = [
    device.name.padEnd(16 - 2 * (depth - 1)),
    device.kind.padEnd(9),
    device.addresses.join(', '),
    `mtu ${device.mtu}`,
    ...Object.entries(device.settings).map(([name, value]) => `${name} ${value}`),
    device.up ? '' : 'down',
    peer === undefined ? '' : `↔ ${peer}`,
  ]
  return `${'  '.repeat(depth)}${parts
    .filter((part) => part !== '')
    .join('  ')
    .trimEnd()}`
}

function peersOf(topology: Topology): Map<string, string> {
  const peers = new Map<string, string>()
  for (const { from, to } of topology.links) {
    peers.set(`${from.netns} ${from.device}`, `${to.netns} ${to.device}`)
    peers.set(`${to.netns} ${to.device}`, `${from.netns} ${from.device}`)
  }
  return peers
}

/** Identifiers that Mermaid and Graphviz take without quotes. */
class Ids {
  readonly #ids = new Map<string, string>()

  of(netns: string, device: string): string {
    const key = `${netns} ${device}`
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = `d${this.#ids.size}`
      this.#ids.set(key, id)
    }
    return id
  }
}

/** The graph for Mermaid: a box for each namespace, its devices in it. */
export function topologyMermaid(topology: Topology): string {
  const ids = new Ids()
  const out = ['graph LR']
  topology.namespaces.forEach((netns, index) => {
    out.push(`  subgraph n${index}["${label(netns.name)}"]`)
    for (const device of shown(netns))
      out.push(`    ${ids.of(netns.name, device.name)}["${label(caption(device), '<br/>')}"]`)
    for (const device of shown(netns)) {
      if (device.master !== undefined)
        out.push(`    ${ids.of(netns.name, device.name)} --- ${ids.of(netns.name, device.master)}`)
    }
    out.push('  end')
  })
  for (const { from, to } of topology.links)
    out.push(`  ${ids.of(from.netns, from.device)} === ${ids.of(to.netns, to.device)}`)
  return `${out.join('\n')}\n`
}

/** The graph for Graphviz. */
export function topologyDot(topology: Topology): string {
  const ids = new Ids()
  const out = [
    'graph kubehop {',
    '  graph [rankdir=LR, fontname="sans-serif"]',
    '  node [shape=box, fontname="sans-serif"]',
  ]
  topology.namespaces.forEach((netns, index) => {
    out.push(`  subgraph cluster_${index} {`, `    label="${label(netns.name)}"`)
    for (const device of shown(netns))
      out.push(`    ${ids.of(netns.name, device.name)} [label="${label(caption(device), '\\n')}"]`)
    for (const device of shown(netns)) {
      if (device.master !== undefined)
        out.push(`    ${ids.of(netns.name, device.name)} -- ${ids.of(netns.name, device.master)}`)
    }
    out.push('  }')
  })
  for (const { from, to } of topology.links)
    out.push(`  ${ids.of(from.netns, from.device)} -- ${ids.of(to.netns, to.device)} [penwidth=2]`)
  out.push('}')
  return `${out.join('\n')}\n`
}

/** lo is everywhere and leads nowhere: left out unless it has an address of its own. */
function shown(netns: TopologyNamespace): readonly TopologyDevice[] {
  return netns.devices.filter(
    (device) => device.kind !== 'loopback' || device.addresses.some((address) => !address.startsWith('127.')),
  )
}

function caption(device: TopologyDevice): string {
  const kind = device.kind === 'veth' ? '' : ` (${device.kind})`
  return [`${device.name}${kind}`, ...device.addresses].join('\n')
}

function label(text: string, newline = ' '): string {
  return text.replaceAll('"', "'").replaceAll('\n', newline)
}
