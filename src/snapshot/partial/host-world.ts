import type { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, type Ipv4, type Prefix, parseIpv4, prefixContains, tryParseIpv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { Mac } from '../../packet/mac.ts'
import { SCOPE_NAMES } from '../../route/index.ts'
import { Simulation } from '../../sim/index.ts'
import type { LinkEvidence, NamespaceEvidence } from '../evidence.ts'
import { rebuildConnections } from '../rebuild/connections.ts'
import { Findings } from '../rebuild/findings.ts'
import { rebuildListeners } from '../rebuild/listeners.ts'
import { rebuildRoutes, rebuildRules } from '../rebuild/routes.ts'
import { rebuildSysctls } from '../rebuild/sysctls.ts'
import { rebuildTables } from '../rebuild/tables.ts'
import type { HostFlow } from './flow-words.ts'
import type { Knowledge } from './knowledge.ts'
import { routeTo, type StandIn, standInBehind } from './stand-in.ts'
import { SupposingNamespace } from './supposing-namespace.ts'
import { unknownsOf } from './unknowns.ts'

/** Stand for devices of which nobody knows the name: no real one can have a blank in it. */
export const INPUT_DEVICE = 'input device'
export const OUTPUT_DEVICE = 'output device'

/** Where the packet begins. */
export type Side = 'outside' | 'own sockets'

/** One host, and somebody behind each of its devices. */
export interface HostWorld {
  readonly sim: Simulation
  readonly host: SupposingNamespace
  readonly side: Side
  /** Who sends: the host itself, or whoever is behind the device by which the packet comes in. */
  readonly sender: NetworkNamespace
  /** The device by which the packet comes in; null for the host's own. */
  readonly inDevice: string | null
  /** The device by which leaves what no route was told for; null: the routes say. */
  readonly outDevice: string | null
  /** Addresses that stand for those of devices of which none was told, by their text. */
  readonly placeholders: ReadonlyMap<string, string>
}

/** Builds the host for a packet. @param side where it begins; it is known, or one of the two is supposed */
export function buildHost(
  evidence: NamespaceEvidence,
  flow: HostFlow,
  side: Side,
  knowledge: Knowledge,
  options: { readonly seed: number; readonly answers: boolean },
  findings: Findings,
): HostWorld {
  return new Builder(evidence, flow, side, knowledge, options, findings).build()
}

class Builder {
  readonly #evidence: NamespaceEvidence
  readonly #flow: HostFlow
  readonly #side: Side
  readonly #knowledge: Knowledge
  readonly #answers: boolean
  readonly #findings: Findings
  readonly #sim: Simulation
  readonly #host: SupposingNamespace
  readonly #standIns = new Map<string, StandIn>()
  readonly #placeholders = new Map<string, string>()

  constructor(
    evidence: NamespaceEvidence,
    flow: HostFlow,
    side: Side,
    knowledge: Knowledge,
    options: { readonly seed: number; readonly answers: boolean },
    findings: Findings,
  ) {
    this.#evidence = evidence
    this.#flow = flow
    this.#side = side
    this.#knowledge = knowledge
    this.#answers = options.answers
    this.#findings = findings
    this.#sim = new Simulation({ seed: options.seed })
    this.#host = new SupposingNamespace(this.#sim, evidence.name)
  }

  build(): HostWorld {
    const { source } = this.#flow
    const host = this.#host
    // while it is built nobody asks
    host.knowsAddresses = true
    host.setUp(host.loopback, true)
    for (const link of this.#evidence.links ?? []) if (link.name !== 'lo') this.#device(link.name, link)
    for (const name of this.#namedByRoutes()) this.#device(name)
    this.#sysctls()
    const inDevice = this.#inDevice()
    if (inDevice !== null) this.#device(inDevice)
    const outDevice = this.#outDevice()
    this.#routes(inDevice, outDevice)
    host.forwards = this.#flow.out !== undefined
    if (this.#side === 'outside') host.neverOwn(source)
    else if (host.addressType(source) !== 'local')
      host.addAddress(host.loopback, { address: source, length: 32, scope: 0 })
    for (const name of [inDevice, outDevice]) if (name !== null) this.#placeholder(name)
    const unknowns = unknownsOf({
      devices: this.#standIns.has(INPUT_DEVICE) || this.#standIns.has(OUTPUT_DEVICE),
      bridged: this.#mayBeBridge(inDevice),
      old: this.#flow.state !== undefined && this.#flow.state !== 'NEW',
    })
    rebuildTables(host, this.#evidence, this.#findings, unknowns)
    if (this.#evidence.connections !== null) rebuildConnections(host, this.#evidence, this.#findings)
    if (this.#answers) this.#listeners()
    const { hook, destination } = this.#flow
    // whoever asks for one of these hooks says for whom the packet is
    if (hook === 'FORWARD') host.neverOwn(destination)
    if (hook === 'INPUT' && host.addressType(destination) !== 'local')
      host.addAddress(host.loopback, { address: destination, length: 32, scope: 0 })
    host.knowsAddresses = this.#knowledge.addresses !== 'some'
    const sender = inDevice === null ? host : this.#standIns.get(inDevice)!.netns
    if (inDevice !== null) {
      const { netns, eth0 } = this.#standIns.get(inDevice)!
      netns.addAddress(eth0, { address: source, length: 32 })
    }
    return {
      sim: this.#sim,
      host,
      side: this.#side,
      sender,
      inDevice,
      outDevice,
      placeholders: this.#placeholders,
    }
  }

  #device(name: string, link?: LinkEvidence): StandIn | null {
    if (name === 'lo') return null
    const known = this.#standIns.get(name)
    if (known !== undefined) return known
    const number = this.#standIns.size
    const macs = { host: (0x020000000000 + number * 2 + 2) as Mac, other: (0x020000000000 + number * 2 + 3) as Mac }
    const made = standInBehind(this.#host, name, macs, this.#answers)
    this.#standIns.set(name, made)
    const { device } = made
    for (const each of link?.addresses ?? []) {
      if (device.addresses.some(({ local, length }) => local === each.address && length === each.length)) continue
      this.#host.addAddress(device, {
        local: each.address,
        address: each.peer ?? each.address,
        length: each.length,
        broadcast: each.broadcast ?? (0 as Ipv4),
        scope: SCOPE_NAMES.number(each.scope) ?? 0,
      })
    }
    if (link !== undefined) device.mtu = link.mtu
    if (link !== undefined) made.eth0.mtu = link.mtu
    if (link?.up !== false) this.#host.setUp(device, true)
    return made
  }

  *#namedByRoutes(): Generator<string, void, undefined> {
    for (const { text } of this.#evidence.routes ?? []) {
      const words = text.split(/\s+/)
      const name = words[words.indexOf('dev') + 1]
      if (words.includes('dev') && name !== undefined && name !== 'lo') yield name
    }
  }

  #sysctls(): void {
    const { sysctls } = this.#evidence
    if (sysctls?.has('net.ipv4.ip_forward') !== true) this.#host.sysctl.set('ipv4.ip_forward', 1)
    if (sysctls !== null) rebuildSysctls(this.#host, this.#evidence, undefined, this.#findings)
  }

  #inDevice(): string | null {
    if (this.#side === 'own sockets') return null
    const { in: given, source } = this.#flow
    if (given !== undefined) {
      this.#checkName(given)
      return given
    }
    const found = this.#towards(source)
    if (found === null) return INPUT_DEVICE
    this.#findings.assume(
      `it comes in by ${found}, by which answers to ${formatIpv4(source)} would leave (--in says otherwise)`,
    )
    return found
  }

  /** The device that the routes or the addresses name for an address. */
  #towards(address: Ipv4): string | null {
    const { routes, links } = this.#evidence
    let best: { length: number; name: string } | null = null
    const consider = (prefix: Prefix, name: string): void => {
      if (prefixContains(prefix, address) && (best === null || prefix.length > best.length))
        best = { length: prefix.length, name }
    }
    for (const link of links ?? []) {
      if (link.name === 'lo') continue
      for (const each of link.addresses)
        consider({ address: (each.peer ?? each.address) as Ipv4, length: each.length }, link.name)
    }
    if (this.#knowledge.routes) {
      for (const { text } of routes ?? []) {
        const words = text.split(/\s+/)
        const [first = ''] = words
        const dev = words[words.indexOf('dev') + 1]
        if (!words.includes('dev') || dev === undefined || dev === 'lo' || words.includes('table')) continue
        const [host = '', length = '32'] = (first === 'default' ? '0.0.0.0/0' : first).split('/')
        const network = tryParseIpv4(host)
        if (network !== undefined) consider({ address: network, length: Number(length) }, dev)
      }
    }
    return best === null ? null : (best as { name: string }).name
  }

  #outDevice(): string | null {
    const { out } = this.#flow
    if (out !== undefined) this.#checkName(out)
    if (this.#knowledge.routes && (out === undefined || this.#flow.hook === undefined)) {
      if (out !== undefined) this.#findings.warn(`--out ${out} is not heeded: the routes were told`)
      return null
    }
    const name = out ?? OUTPUT_DEVICE
    this.#device(name)
    return name
  }

  /** @throws KubehopError `BAD_REFERENCE` */
  #checkName(name: string): void {
    const { links, partial } = this.#evidence
    if (name.length > 15 || /[\s/:]/.test(name) || name === '' || name === '.' || name === '..')
      throw new KubehopError('BAD_REFERENCE', `"${name}" is no name of a device`)
    if (links === null || partial.has('links') || links.some((link) => link.name === name)) return
    throw new KubehopError('NO_DEVICE', `Cannot find device "${name}"`, {
      hint: `there are ${links.map((link) => link.name).join(', ')}`,
    })
  }

  #routes(inDevice: string | null, outDevice: string | null): void {
    const host = this.#host
    const { source } = this.#flow
    if (this.#knowledge.routes) {
      for (const address of this.#knowledge.own) this.#ownAddress(address)
      // where nobody told of devices, those of which the routes speak are there
      rebuildRoutes(host, { ...this.#evidence, links: this.#evidence.links ?? [] }, this.#findings)
      if (this.#evidence.rules !== null) rebuildRules(host, this.#evidence, this.#findings)
      return
    }
    // answers leave by the device by which it came in
    if (inDevice !== null) routeTo(host, { address: source, length: 32 }, this.#standIns.get(inDevice)!)
    if (outDevice !== null) routeTo(host, ANYWHERE, this.#standIns.get(outDevice)!)
  }

  /** Of an address that only routes tell of, the device is not sure; it stands on lo. */
  #ownAddress(address: Ipv4): void {
    const host = this.#host
    for (const link of host.devices()) if (link.addresses.some(({ local }) => local === address)) return
    if (address >>> 24 === 127) return
    const name = this.#deviceOfSource(formatIpv4(address))
    const link = name === null ? host.loopback : (host.deviceByName(name) ?? host.loopback)
    host.addAddress(link, { address, length: 32, scope: 0 })
  }

  #deviceOfSource(address: string): string | null {
    for (const { text } of this.#evidence.routes ?? []) {
      const words = text.split(/\s+/)
      const at = words.indexOf('src')
      if (at > 0 && words[at + 1] === address && words.includes('dev')) return words[words.indexOf('dev') + 1] ?? null
      if (words[0] === 'local' && words[1] === address && words.includes('dev'))
        return words[words.indexOf('dev') + 1] ?? null
    }
    return null
  }

  /** MASQUERADE and REDIRECT need an address of the device. */
  #placeholder(name: string): void {
    const { device } = this.#standIns.get(name)!
    if (device.addresses.length > 0) return
    if (this.#knowledge.addresses === 'all') return
    const address = (PLACEHOLDERS + this.#placeholders.size) as Ipv4
    this.#host.addAddress(device, { address, length: 32 })
    this.#placeholders.set(formatIpv4(address), name)
  }

  #mayBeBridge(name: string | null): boolean {
    if (name === null) return false
    const kind = this.#evidence.links?.find((link) => link.name === name)?.kind ?? null
    return kind === null || kind === 'bridge'
  }

  /** That somebody listens is supposed only where it matters. */
  #listeners(): void {
    const found = new Findings()
    rebuildListeners(this.#host, this.#evidence, found)
    for (const warning of found.warnings) this.#findings.warn(warning)
  }
}

const ANYWHERE: Prefix = { address: 0 as Ipv4, length: 0 }
/** The dummy address of RFC 7600, and those behind it: nobody has them. */
const PLACEHOLDERS = parseIpv4('192.0.0.8')
