import type { Cluster } from '../../src/cluster/cluster.ts'
import { formatIpv4 } from '../../src/packet/address.ts'
import type { Journey, TraceBranch, Translation } from '../../src/trace/index.ts'

/** What a test says of a flow, in the words of its cluster: names for addresses, no ports that were drawn. */
export interface FlowText {
  readonly disposition: string
  /** `client eth0 | node-1 cni0 | near eth0`: the namespaces, and in each the devices that the packet was seen on. */
  readonly way: string
  /** `dnat in node-1: svc/near:80 → near:8080` */
  readonly nat: readonly string[]
  /** What the server saw as its client. */
  readonly seen?: string
  /** Who answered, and on which port. */
  readonly server?: string
  readonly answer?: {
    readonly disposition: string
    readonly way: string
    /** What was undone. */
    readonly nat: readonly string[]
    /** From whom to whom, as the client got it. */
    readonly packet: string
  }
}

/** What things of a cluster are called in a specification. */
export class FlowNames {
  readonly #addresses = new Map<string, string>([['198.51.100.10', 'external']])
  /** Ports of bridges by node and device: the pod that is plugged in there. */
  readonly #ports = new Map<string, string>()

  constructor(cluster: Cluster) {
    const addresses = this.#addresses
    for (const { spec, metadata } of cluster.objects.services) {
      if (spec.clusterIP !== undefined && spec.clusterIP !== 'None')
        addresses.set(spec.clusterIP, `svc/${metadata.name}`)
    }
    for (const { plan, bridge } of cluster.network.nodes.values()) {
      addresses.set(formatIpv4(plan.address), plan.name)
      addresses.set(formatIpv4(plan.lease.subnet.address), `${plan.name}'s flannel.1`)
      for (const { local } of bridge.addresses) addresses.set(formatIpv4(local), `${plan.name}'s bridge`)
    }
    for (const { pod, address, port } of cluster.network.pods.values()) {
      if (port === null) continue
      addresses.set(formatIpv4(address), pod.metadata.name)
      this.#ports.set(`${port.netns.name} ${port.name}`, `veth.${pod.metadata.name}`)
    }
  }

  end(text: string): string {
    const [address = '', port] = text.split(':')
    const name = this.#addresses.get(address) ?? address
    return port === undefined || isDrawn(Number(port)) ? name : `${name}:${port}`
  }

  netns(name: string): string {
    return name.replace(/^default\//, '')
  }

  device(netns: string, device: string): string {
    return this.#ports.get(`${netns} ${device}`) ?? device
  }

  translation({ kind, netns, from, to }: Translation): string {
    const [before, after] = [from.split(':')[1], to.split(':')[1]]
    const kept = kind === 'dnat' || kind === 'redirect' || before === after
    return `${kind} in ${this.netns(netns)}: ${this.end(from)} → ${this.end(to)}${kept ? '' : ', another port'}`
  }
}

/** Service ports, node ports and the servers' ports have a meaning; others were drawn. */
const MEANT: ReadonlySet<number> = new Set([8080, 6443, 5432, 3306, 9100, 9999, 3868, 8125])

function isDrawn(port: number): boolean {
  return port >= 1024 && !MEANT.has(port) && !(port >= 30000 && port < 30100)
}

/** The namespaces, and in each the devices on which the packet came in or went out. */
function wayOf(journey: Journey, names: FlowNames): string {
  const parts: { netns: string; devices: string[] }[] = []
  for (const hop of journey.hops) {
    let part = parts.at(-1)
    if (part?.netns !== hop.netns) {
      part = { netns: hop.netns, devices: [] }
      parts.push(part)
    }
    const devices = hop.steps.flatMap((step) =>
      step.kind === 'received' ? [hop.device] : step.kind === 'sent' ? [step.device] : [],
    )
    for (const device of devices) {
      const name = names.device(hop.netns, device)
      if (part.devices.at(-1) !== name) part.devices.push(name)
    }
  }
  return parts.map(({ netns, devices }) => [names.netns(netns), ...devices].join(' ')).join(' | ')
}

/** A branch of a trace in words. */
export function describeBranch(branch: TraceBranch, names: FlowNames): FlowText {
  const { reply } = branch
  return {
    disposition: branch.disposition,
    way: wayOf(branch, names),
    nat: branch.translations.map((each) => names.translation(each)),
    ...(branch.seenBy === undefined
      ? {}
      : { seen: names.end(branch.seenBy.client), server: names.end(branch.seenBy.server) }),
    ...(reply === null
      ? {}
      : {
          answer: {
            disposition: reply.disposition,
            way: wayOf(reply, names),
            nat: reply.translations.map((each) => names.translation(each)),
            packet: finalPacket(reply, names),
          },
        }),
  }
}

/** The answer as the client's socket got it: with all that was undone on the way. */
function finalPacket({ packet, translations }: Journey, names: FlowNames): string {
  const port = (number: number | undefined) => (number === undefined ? '' : `:${number}`)
  let from = packet.src + port(packet.sport)
  let to = packet.dst + port(packet.dport)
  for (const { kind, to: after } of translations) {
    if (kind === 'dnat' || kind === 'redirect') from = after
    else to = after
  }
  return `${names.end(from)} → ${names.end(to)}`
}
