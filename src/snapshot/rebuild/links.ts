import { Bridge, DEFAULT_PORT_SETTINGS } from '../../bridge/index.ts'
import { Dummy, type Link, type NetworkNamespace, Veth } from '../../netns/index.ts'
import { Unmodelled } from '../../netns/unmodelled.ts'
import { Vxlan } from '../../overlay/index.ts'
import type { Ipv4 } from '../../packet/address.ts'
import { MAC_ZERO } from '../../packet/mac.ts'
import { SCOPE_NAMES } from '../../route/index.ts'
import type { BridgeEvidence, LinkEvidence, NamespaceEvidence, PortEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'
import { kindOf, type RebuiltKind } from './kinds.ts'
import type { Pairs } from './pairs.ts'

/** What making links asks of the rest of the world. */
export interface LinkHome {
  netnsOf(space: NamespaceEvidence): NetworkNamespace
  readonly pairs: Pairs
  /** The other end of a device that leads out of what was recorded: it is made there, and comes back attached. */
  plug(space: NamespaceEvidence, link: LinkEvidence, own: NetworkNamespace): Veth
}

/** Makes the devices of all namespaces, each with the number that it had, down and without addresses. */
export function makeLinks(spaces: readonly NamespaceEvidence[], home: LinkHome, findings: Findings): void {
  const ends = new Map<LinkEvidence, Veth>()
  for (const space of spaces) {
    const netns = home.netnsOf(space)
    const links = space.links ?? []
    for (const link of upperLast(links)) {
      const kind = kindIn(space, link, findings)
      if (kind === 'loopback') continue
      const made = make(space, link, kind, home, ends, findings)
      made.ifindex = link.ifindex
      netns.attach(made)
    }
    netns.skipIfindexes()
  }
}

/** What a device is rebuilt as; a guess is told. */
export function kindIn(space: NamespaceEvidence, link: LinkEvidence, findings: Findings): RebuiltKind {
  return kindOf(link, space.links ?? [], (kind) =>
    findings.assume(`nobody told what ${link.name} is; by its name it is ${kind}`, space.name),
  )
}

/** A tunnel is made upon a device that is there. */
function upperLast(links: readonly LinkEvidence[]): LinkEvidence[] {
  const isEarly = (link: LinkEvidence): boolean => {
    const lower = links.find(({ name }) => name === (link.vxlan?.dev ?? ''))
    return lower !== undefined && lower.ifindex > link.ifindex
  }
  return [...links.filter((link) => !isEarly(link)), ...links.filter(isEarly)]
}

function make(
  space: NamespaceEvidence,
  link: LinkEvidence,
  kind: RebuiltKind,
  home: LinkHome,
  ends: Map<LinkEvidence, Veth>,
  findings: Findings,
): Link {
  const netns = home.netnsOf(space)
  const what = (why: string): Link => {
    findings.warn(
      `${link.name} has no model (${why}): an answer depends on it where a packet goes through it`,
      space.name,
    )
    const carrier = link.carrier !== false
    return new Unmodelled(
      netns,
      link.name,
      link.mac,
      link.kind ?? 'unknown',
      carrier,
      `the device ${link.name} (${why}), which has no model`,
    )
  }
  switch (kind) {
    case 'veth': {
      const partner = home.pairs.of(link)
      if (partner === undefined) return home.plug(space, link, netns)
      const ready = ends.get(link)
      if (ready !== undefined) return ready
      const [own, other] = Veth.pair(
        { netns, name: link.name, mac: link.mac },
        { netns: home.netnsOf(partner.space), name: partner.link.name, mac: partner.link.mac },
      )
      ends.set(partner.link, other)
      return own
    }
    case 'uplink':
      return home.plug(space, link, netns)
    case 'bridge':
      return new Bridge(netns, link.name, link.mac)
    case 'dummy':
      return new Dummy(netns, link.name, link.mac)
    case 'vxlan':
      return makeVxlan(space, link, home, what, findings)
    default:
      return what(link.kind ?? 'nobody told of which kind it is')
  }
}

function makeVxlan(
  space: NamespaceEvidence,
  link: LinkEvidence,
  home: LinkHome,
  what: (why: string) => Link,
  findings: Findings,
): Link {
  const { vxlan } = link
  if (vxlan === undefined) return what('vxlan of which no settings were told')
  if (vxlan.group !== null) return what('vxlan with a multicast group')
  if (vxlan.others.length > 0) return what(`vxlan ${vxlan.others.join(' ')}`)
  // moved to another namespace, it sends by the one that it was made in
  const below = link.peer === null ? space : undefined
  if (below === undefined) return what('vxlan whose underlying device is in another namespace')
  const dev = vxlan.dev === null ? null : (home.netnsOf(below).deviceByName(vxlan.dev) ?? null)
  if (vxlan.dev !== null && dev === null)
    findings.warn(`${vxlan.dev}, below ${link.name}, is not among the devices`, space.name)
  return new Vxlan(home.netnsOf(below), link.name, link.mac, {
    id: vxlan.id,
    dstport: vxlan.dstport,
    local: vxlan.local ?? (0 as Ipv4),
    dev,
    learning: vxlan.learning,
    ttl: vxlan.ttl,
    tos: vxlan.tos,
    df: vxlan.df,
    udpCsum: vxlan.udpCsum,
  })
}

/** Ports join their bridges; MTUs, switches and addresses are as they were told. */
export function configureLinks(netns: NetworkNamespace, space: NamespaceEvidence, findings: Findings): void {
  const links = space.links ?? []
  for (const each of links) {
    const link = netns.deviceByName(each.name)
    if (link === undefined) continue
    if (link instanceof Bridge) continue
    setCommon(link, each)
    link.mtu = each.mtu
  }
  const ports = links.filter(({ master }) => master !== null)
  for (const each of byJoining(ports)) join(netns, each, space, findings)
  for (const each of links) {
    const link = netns.deviceByName(each.name)
    if (link instanceof Bridge) configureBridge(link, each, space, findings)
  }
}

function setCommon(link: Link, evidence: LinkEvidence): void {
  link.txQueueLength = evidence.txQueueLength
  // lo asks nobody, and does not say so
  if (evidence.noArp !== undefined && !link.loopback) link.noArp = evidence.noArp
  if (!evidence.promiscuous) return
  link.promiscuous = true
  link.promiscuity++
}

/** The last to join is the first to be flooded; a number that is free again is given again. */
function byJoining(ports: readonly LinkEvidence[]): LinkEvidence[] {
  return [...ports].sort((a, b) => (a.port?.number ?? 0) - (b.port?.number ?? 0) || a.ifindex - b.ifindex)
}

function join(netns: NetworkNamespace, each: LinkEvidence, space: NamespaceEvidence, findings: Findings): void {
  const link = netns.deviceByName(each.name)
  const master = netns.deviceByName(each.master!)
  if (link === undefined) return
  if (!(master instanceof Bridge)) {
    const kind = space.links?.find(({ name }) => name === each.master)?.kind ?? 'a device of which nothing was told'
    link.unmodelled = `${each.master} (${kind}), which has no model`
    findings.warn(`${each.name} belongs to ${each.master} (${kind}), which has no model`, space.name)
    return
  }
  master.addPort(link)
  if (each.port === undefined) return
  master.setPort(link, settingsOf(each.port))
  const odd = oddities(each.port)
  if (odd.length === 0) return
  link.unmodelled = `the port ${each.name} with ${odd.join(', ')}, which has no model`
  findings.warn(`the port ${each.name} has ${odd.join(', ')}, which has no model`, space.name)
}

function settingsOf(port: PortEvidence) {
  const { hairpin, isolated, learning, flood } = port
  return {
    ...DEFAULT_PORT_SETTINGS,
    hairpin,
    isolated,
    learning,
    flood,
    mcast_flood: port.multicastFlood,
    bcast_flood: port.broadcastFlood,
    ...(port.priority !== undefined && { priority: port.priority }),
    ...(port.cost !== undefined && { cost: port.cost }),
  }
}

function oddities({ neighbourSuppression, locked, others }: PortEvidence): string[] {
  return [...(neighbourSuppression ? ['neigh_suppress'] : []), ...(locked ? ['locked'] : []), ...others]
}

function configureBridge(bridge: Bridge, each: LinkEvidence, space: NamespaceEvidence, findings: Findings): void {
  setCommon(bridge, each)
  // an address or MTU that the ports explain follows them further on; another one was given
  if (bridge.mac !== each.mac && each.mac !== MAC_ZERO) bridge.changeMac(each.mac)
  if (bridge.mtu !== each.mtu) {
    bridge.mtu = each.mtu
    bridge.mtuIsSet = true
  }
  if (each.bridge === undefined) return
  bridge.fdb.ageingTime = each.bridge.ageing * 1e9
  if (each.bridge.priority !== undefined) bridge.settings = { ...bridge.settings, priority: each.bridge.priority }
  const odd = bridgeOddities(each.bridge)
  if (odd.length === 0) return
  const text = `the bridge ${each.name} with ${odd.join(', ')}`
  const unmodelled = `${text}, which has no model`
  bridge.unmodelled = unmodelled
  for (const { link } of bridge.ports) link.unmodelled = unmodelled
  findings.warn(`${text} has no model: an answer depends on it where a packet goes through it`, space.name)
}

function bridgeOddities({ stp, vlanFiltering, groupForwardMask }: BridgeEvidence): string[] {
  return [
    ...(vlanFiltering ? ['vlan_filtering'] : []),
    ...(stp ? ['the spanning tree protocol'] : []),
    ...(groupForwardMask !== 0 ? ['group_fwd_mask'] : []),
  ]
}

/** Gives the devices their addresses and sets those up that were. */
export function addAddresses(netns: NetworkNamespace, space: NamespaceEvidence, findings: Findings): void {
  for (const each of space.links ?? []) {
    const link = netns.deviceByName(each.name)
    if (link === undefined) continue
    for (const address of each.addresses) {
      netns.addAddress(link, {
        local: address.address,
        address: address.peer ?? address.address,
        length: address.length,
        broadcast: address.broadcast ?? (0 as Ipv4),
        scope: SCOPE_NAMES.number(address.scope) ?? 0,
        label: address.label ?? each.name,
        noprefixroute: address.noprefixroute ?? false,
        metric: address.metric ?? 0,
      })
    }
  }
  setUp(netns, space, findings)
}

function setUp(netns: NetworkNamespace, space: NamespaceEvidence, findings: Findings): void {
  if (space.links === null) {
    netns.setUp(netns.loopback, true)
    // packets that would come there come nowhere: this is told wherever they went
    if (space.isHost) findings.warn(`nothing was told of the devices of ${space.name}: no packet comes there`)
    else findings.assume('nothing was told of its devices', space.name)
    return
  }
  const lo = space.links.find(({ kind, name }) => kind === 'loopback' || name === 'lo')
  if (lo === undefined) {
    netns.setUp(netns.loopback, true)
    findings.assume('lo is up, although it was not told of', space.name)
  }
  // ports before their bridge, so that what carries it is there
  const bridges = space.links.filter((each) => netns.deviceByName(each.name) instanceof Bridge)
  for (const each of [...space.links.filter((link) => !bridges.includes(link)), ...bridges]) {
    const link = netns.deviceByName(each.name)
    if (link === undefined || !each.up) continue
    netns.setUp(link, true)
    if (each.addresses.length === 0) for (const own of link.addresses) netns.deleteAddress(link, own)
  }
}

/** Behind everything else: what carriers and ports were found to be. */
export function checkStates(netns: NetworkNamespace, space: NamespaceEvidence, findings: Findings): void {
  for (const each of space.links ?? []) {
    const link = netns.deviceByName(each.name)
    if (link === undefined || !each.up) continue
    // of a port that could forward somebody wanted otherwise
    if (
      each.port?.state === 'disabled' &&
      link.master instanceof Bridge &&
      link.master.up &&
      link.running &&
      each.carrier
    )
      link.master.setPort(link, { state: 0 })
    if (each.carrier === undefined || each.carrier === link.carrier) continue
    if (link instanceof Bridge && !each.carrier) link.loseCarrier()
    if (each.carrier !== link.carrier)
      findings.warn(
        `${each.name} had ${each.carrier ? 'a' : 'no'} carrier, and has ${each.carrier ? 'none' : 'one'} here`,
        space.name,
      )
  }
}
