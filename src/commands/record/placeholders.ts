import type { ObservedLink } from './observation.ts'
import type { LabScript } from './script.ts'
import type { NumberOrPlaceholder, RecordedTuple } from './types.ts'

/** traceroute counts its destination port up from here; 101 of them stay as they are. */
const TRACEROUTE_PORT = 33434
const TRACEROUTE_PORTS = 100

/** The source port of VXLAN on the underlay: a hash over the inner packet with a seed drawn at boot. */
export const FLOW_HASH = 'flowhash'

/**
 * Gives names to what chance decides: MACs, ephemeral ports, ids. Numbers are given by first appearance, so the order in which
 * the parts of a record are normalised is part of the format.
 */
export class Placeholders {
  readonly #text: string
  readonly #vxlanPorts: ReadonlySet<number>
  readonly #literalPorts: ReadonlySet<number>
  readonly #macs: ReadonlyMap<string, string>
  readonly #ports = new Map<number, string>()
  readonly #ids = new Map<number, string>()

  constructor(script: LabScript, links: readonly ObservedLink[]) {
    this.#text = script.text.toLowerCase()
    this.#vxlanPorts = script.vxlanPorts
    this.#literalPorts = literalPorts(script.text)
    this.#macs = namesOfMacs(links)
  }

  mac(mac: string): string {
    const lower = mac.toLowerCase()
    if (lower === 'ff:ff:ff:ff:ff:ff') return 'bcast'
    if (lower === '00:00:00:00:00:00') return 'zero'
    if (this.#text.includes(lower)) return lower
    return this.#macs.get(lower) ?? '<mac?>'
  }

  isVxlan(port: NumberOrPlaceholder | undefined): boolean {
    return typeof port === 'number' && this.#vxlanPorts.has(port)
  }

  port(port: NumberOrPlaceholder): NumberOrPlaceholder {
    if (typeof port === 'string' || port < 1024 || this.#literalPorts.has(port) || this.#vxlanPorts.has(port))
      return port
    if (port >= TRACEROUTE_PORT && port <= TRACEROUTE_PORT + TRACEROUTE_PORTS) return port
    let name = this.#ports.get(port)
    if (name === undefined) {
      name = `eph#${this.#ports.size + 1}`
      this.#ports.set(port, name)
    }
    return name
  }

  id(id: NumberOrPlaceholder): NumberOrPlaceholder {
    if (typeof id === 'string') return id
    let name = this.#ids.get(id)
    if (name === undefined) {
      name = `id#${this.#ids.size + 1}`
      this.#ids.set(id, name)
    }
    return name
  }

  /** Replaces the ports and the id of a packet or a conntrack tuple in place. */
  tuple(fields: Pick<RecordedTuple, 'sport' | 'dport' | 'id'>): void {
    if (fields.sport !== undefined) fields.sport = this.port(fields.sport)
    if (fields.dport !== undefined) fields.dport = this.port(fields.dport)
    if (fields.id !== undefined) fields.id = this.id(fields.id)
  }

  /** What a command printed, without what a clock or chance put there. */
  output(text: string): string {
    return text
      .replace(/time=[\d.]+ ms/g, 'time=T ms')
      .replace(/^rtt .*\n/gm, '')
      .replace(/, time \d+ms/g, ', time Tms')
      .replace(/\b\d+\.\d+ ?ms\b/g, 'T ms')
      .replace(/pipe \d+\n/g, '')
      .replace(/\b([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b/g, (mac) => this.mac(mac))
      .replace(/\b((?:udp|tcp|icmp|unknown)\s+\d+) \d+ /g, '$1 T ')
      .replace(/\bid=\d+/g, 'id=N')
      .replace(/initval 0x[0-9a-f]+/g, 'initval X')
      .replace(/(Size in memory: )\d+/g, '$1N')
      .replace(/(timeout=|expires )\d+sec/g, '$1Tsec')
  }
}

/** Ports that the script names, and those of a DNAT range with a base port, which are computed and not drawn. */
function literalPorts(text: string): Set<number> {
  const ports = new Set<number>()
  for (const [digits] of text.matchAll(/\d+/g)) {
    if (digits.length < 6) ports.add(Number(digits))
  }
  for (const [, first, last] of text.matchAll(/:(\d+)-(\d+)\/\d+/g)) {
    for (let port = Number(first); port <= Number(last); port++) ports.add(port)
  }
  return ports
}

/** `<netns/device>` of each MAC. A bridge and the port whose address it took share the bridge's name. */
function namesOfMacs(links: readonly ObservedLink[]): Map<string, string> {
  const names = new Map<string, string>()
  const ofBridge = new Set<string>()
  for (const link of links) {
    if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(link.mac) || link.mac === '00:00:00:00:00:00') continue
    const bridge = link.kind === 'bridge'
    if (names.has(link.mac) && (!bridge || ofBridge.has(link.mac))) continue
    names.set(link.mac, `<${link.netns}/${link.name}>`)
    if (bridge) ofBridge.add(link.mac)
  }
  return names
}
