import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { Vxlan } from '../../overlay/index.ts'
import { formatMac, type Ipv4, type Mac } from '../../packet/index.ts'
import { byIndex } from '../ip/link.ts'

/** One line of `bridge fdb show`. */
export interface FdbLine {
  readonly mac: string
  readonly dev: Link
  readonly master?: Bridge
  /** VXLAN: where frames to the address are sent. */
  readonly dst?: Ipv4
  readonly port?: number
  readonly vni?: number
  /** VXLAN: the device by which they are sent, and its namespace, which need not be this one. */
  readonly via?: Link
  readonly space?: NetworkNamespace
  readonly self: boolean
  readonly state: '' | 'permanent' | 'static'
}

/** 01:00:5e:00:00:01 and 33:33:00:00:00:01: the groups of all hosts, which each Ethernet device is in. */
const ALL_HOSTS = '01:00:5e:00:00:01'
const ALL_NODES = '33:33:00:00:00:01'
/** A bridge that is up and snoops multicast is in the groups of all snoopers (RFC 4286), too. */
const BRIDGE_GROUPS = ['01:00:5e:00:00:6a', '33:33:00:00:00:6a']

/** The forwarding entries of all devices, in the kernel's order: by device, what was learned last first. */
export function* fdbLines(netns: NetworkNamespace): Generator<FdbLine> {
  for (const link of byIndex(netns)) {
    if (link.loopback) continue
    const { master } = link
    if (master instanceof Bridge) yield* bridgeLines(master, link, master.portOf(link)?.link ?? null)
    yield* groups(link)
    if (link instanceof Bridge) yield* bridgeLines(link, link, null)
    if (link instanceof Vxlan) yield* vxlanLines(link)
  }
}

/** Entries behind a port, or those of the bridge itself when `port` is null. */
function* bridgeLines(bridge: Bridge, dev: Link, port: Link | null): Generator<FdbLine> {
  const entries = [...bridge.fdb.entries()].filter((entry) => (entry.port?.link ?? null) === port).reverse()
  for (const { mac, local, static: isStatic } of entries) {
    // the bridge's own entry is seen only when no port has the same address
    if (port === null && bridge.ports.length === 0) continue
    yield {
      mac: formatMac(mac),
      dev,
      master: bridge,
      self: false,
      state: local ? 'permanent' : isStatic ? 'static' : '',
    }
  }
}

function* groups(link: Link): Generator<FdbLine> {
  const own = { dev: link, self: true, state: 'permanent' } as const
  if (!(link instanceof Vxlan)) {
    yield { mac: ALL_NODES, ...own }
    if (link instanceof Bridge && link.up) for (const mac of BRIDGE_GROUPS) yield { mac, ...own }
    if (link.up) yield { mac: ALL_HOSTS, ...own }
  }
}

function* vxlanLines(link: Vxlan): Generator<FdbLine> {
  const lineOf = (mac: Mac, dst: Ipv4, port: number, vni: number, state: FdbLine['state']): FdbLine => ({
    mac: formatMac(mac),
    dev: link,
    dst,
    ...(port !== 0 && { port }),
    ...(vni !== 0 && { vni }),
    self: true,
    state,
  })
  for (const [mac, { address, port, vni }] of [...link.fdb.learned()].reverse())
    yield lineOf(mac, address, port, vni, '')
  for (const [mac, remotes] of [...link.fdb.configured].reverse()) {
    for (const { address, port, vni, bound } of remotes) {
      const line = lineOf(mac, address, port, vni, 'permanent')
      yield bound === true && link.dev !== null
        ? { ...line, via: link.dev, space: link.underlay as NetworkNamespace }
        : line
    }
  }
}
