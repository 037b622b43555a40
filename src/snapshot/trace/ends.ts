import type { FlowProtocol, Source, Target } from '../../cluster/index.ts'
import {
  isEndpointReady,
  isHeadless,
  type KubernetesObjects,
  ObjectIndex,
  parseReference,
  type Reference,
  type Resolved,
  resolveReference,
} from '../../kubernetes/index.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { compareIpv4, formatIpv4, type Ipv4, parseIpv4, tryParseIpv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { RebuiltNamespace, RebuiltWorld } from '../rebuild/index.ts'
import { outsideAddressesOf } from '../rebuild/ruled-addresses.ts'
import { type RuledService, servicesOf } from '../rebuild/services.ts'
import { Places } from './places.ts'

const NOWHERE = 0 as Ipv4

/** Finds who sends and who is sent to, among the namespaces that were rebuilt, the rules and the objects that were told. */
export class Ends {
  readonly assumptions: string[] = []
  readonly #world: RebuiltWorld
  readonly #places: Places
  readonly #index: ObjectIndex | null
  readonly #namespace: string

  constructor(world: RebuiltWorld, objects: KubernetesObjects | null, namespace: string | undefined) {
    this.#world = world
    this.#places = new Places(world.namespaces)
    this.#index = objects === null ? null : new ObjectIndex(objects)
    this.#namespace = namespace ?? 'default'
  }

  /** @throws KubehopError `NOT_FOUND`, `AMBIGUOUS`, `BAD_REFERENCE` */
  source(text: string): Source {
    const place = this.#places.find(text)
    if (place !== undefined) return sourceIn(text, place)
    const reference = this.#reference(text)
    if (reference === null) return this.#places.refuse(text)
    switch (reference.kind) {
      case 'external':
        return this.#external(text, reference.address)
      case 'ip': {
        const address = parseIpv4(reference.address)
        const holder = this.#places.holderOf(address)
        if (holder !== undefined) return { ...sourceIn(text, holder), address }
        return this.#external(text, reference.address)
      }
      case 'service':
        throw new KubehopError('BAD_REFERENCE', `"${text}" cannot send: a Service is an address that pods answer for`, {
          hint: 'name a pod, a namespace, a host or external',
        })
      default:
        return sourceIn(text, this.#placeOf(text, reference))
    }
  }

  /**
   * The addresses that a destination stands for: one, or, for a headless Service, one for each ready endpoint.
   *
   * @throws KubehopError `NOT_FOUND`, `AMBIGUOUS`, `BAD_REFERENCE`
   */
  targets(text: string, from: Source, protocol: FlowProtocol | undefined): Target[] {
    const place = this.#places.find(splitPort(text)[0])
    const headless = place === undefined ? this.#headless(text, protocol) : null
    return headless ?? [this.#target(text, from, protocol)]
  }

  #target(text: string, from: Source, protocol: FlowProtocol | undefined): Target {
    const [name, port] = splitPort(text)
    const place = this.#places.find(name)
    if (place !== undefined) return target(text, this.#addressOf(place, from), port, protocol)
    const reference = this.#reference(text)
    if (reference === null) return this.#places.refuse(name)
    switch (reference.kind) {
      case 'external': {
        const { address } = this.#external(text, reference.address)
        return target(text, address, reference.port, protocol)
      }
      case 'ip': {
        const address = parseIpv4(reference.address)
        this.#meet(address, from)
        return target(text, address, reference.port, protocol)
      }
      case 'service':
        return this.#service(text, reference, from, protocol)
      default: {
        const found = this.#placeOf(text, reference)
        return target(text, this.#addressOf(found, from), this.#podPort(reference), protocol)
      }
    }
  }

  /** Null: it has none of the forms. */
  #reference(text: string): Reference | null {
    try {
      return parseReference(text, { namespace: this.#namespace })
    } catch (error) {
      // what has the form of one, and a mistake in it, is told
      if (error instanceof KubehopError && !/\/|^external:|^[0-9.]+(:|$)/.test(text)) return null
      throw error
    }
  }

  #resolved(reference: Reference): Resolved | null {
    if (this.#index === null) return null
    try {
      return resolveReference(reference, this.#index)
    } catch (error) {
      if (error instanceof KubehopError && error.code === 'NOT_FOUND') return null
      throw error
    }
  }

  #podPort(reference: Reference): number | undefined {
    const { port } = reference
    if (typeof port !== 'string') return port
    const resolved = this.#resolved(reference)
    if (resolved?.kind === 'pod') return resolved.port
    throw new KubehopError('BAD_REFERENCE', `nobody told what the port "${port}" is`, {
      hint: 'write its number, or give the manifests with -f',
    })
  }

  /** A pod, a workload or a node. */
  #placeOf(text: string, reference: Reference & { readonly kind: 'pod' | 'workload' | 'node' }): RebuiltNamespace {
    if (reference.kind === 'node') return this.#nodeOf(reference) ?? this.#places.refuse(reference.name, 'host')
    if (reference.kind === 'pod') {
      const resolved = this.#resolved({ ...reference, port: undefined })
      const found = this.#places.pod(reference.namespace, reference.name) ?? this.#holderOfPod(resolved)
      return found ?? this.#places.refuse(reference.name, 'pod')
    }
    const resolved = this.#resolved({ ...reference, port: undefined })
    if (resolved?.kind === 'workload') {
      for (const pod of resolved.pods) {
        const { namespace, name } = pod.metadata
        const found = this.#places.pod(namespace, name) ?? this.#holderOfPod({ kind: 'pod', pod })
        if (found !== undefined) return found
      }
    }
    const pods = this.#places.podsLike(reference.namespace, madeBy(reference))
    const [first] = pods
    if (first === undefined) return this.#places.refuse(reference.name, reference.workload)
    this.assumptions.push(
      `${text} is ${first.netns.name}${pods.length > 1 ? `, the first of ${pods.length}` : ''}, by its name`,
    )
    return first
  }

  #nodeOf(reference: Reference & { readonly kind: 'node' }): RebuiltNamespace | undefined {
    const host = this.#places.host(reference.name)
    if (host !== undefined) return host
    const resolved = this.#resolved({ kind: 'node', name: reference.name })
    if (resolved?.kind !== 'node') return undefined
    for (const { address } of resolved.node.status.addresses) {
      const own = tryParseIpv4(address)
      const holder = own === undefined ? undefined : this.#places.holderOf(own)
      if (holder !== undefined) return holder
    }
    return undefined
  }

  #holderOfPod(resolved: Resolved | null): RebuiltNamespace | undefined {
    if (resolved?.kind !== 'pod') return undefined
    const address = tryParseIpv4(resolved.pod.status.podIP ?? '')
    return address === undefined ? undefined : this.#places.holderOf(address)
  }

  #external(text: string, given: string | undefined): Source {
    const { outside } = this.#world
    const address = given === undefined ? outside.externalAddress : parseIpv4(given)
    const holder = this.#places.holderOf(address)
    if (holder !== undefined)
      throw new KubehopError(
        'BAD_REFERENCE',
        `"${text}": ${formatIpv4(address)} belongs to ${holder.netns.name}, which was recorded`,
        {
          hint: 'write the address alone',
        },
      )
    const netns = outside.host(address)
    if (given !== undefined && netns !== outside.external)
      this.assumptions.push(`${given} was not recorded: somebody with this address is on the network of the hosts`)
    return { name: text, netns, address, isExternal: true }
  }

  /** DNS answers with every ready endpoint. Null: it names no headless Service. */
  #headless(text: string, protocol: FlowProtocol | undefined): Target[] | null {
    const reference = this.#reference(text)
    if (reference?.kind !== 'service' || this.#index === null) return null
    const resolved = this.#resolved(reference)
    if (resolved?.kind !== 'service' || !isHeadless(resolved.service)) return null
    const { service, port = service.spec.ports[0] } = resolved
    const addresses = this.#index
      .slicesOf(service)
      .flatMap(({ endpoints }) => endpoints)
      .filter((endpoint) => isEndpointReady(endpoint) || service.spec.publishNotReadyAddresses)
      .flatMap((endpoint) => tryParseIpv4(endpoint.addresses[0] ?? '') ?? [])
      .sort(compareIpv4)
    if (addresses.length === 0)
      throw new KubehopError('NO_ENDPOINTS', `the manifests have no ready endpoint of the headless Service ${text}`, {
        hint: 'trace to a pod',
      })
    const transport = protocol ?? (port === undefined ? 'icmp' : (port.protocol.toLowerCase() as FlowProtocol))
    return addresses.map((address) => ({
      ...target(text, address, transport === 'icmp' ? undefined : port?.port, transport),
      probability: 1 / addresses.length,
    }))
  }

  /** Somebody has to be where the packet goes, unless rules or routes lead it elsewhere. */
  #meet(address: Ipv4, from: Source): void {
    if (this.#places.isHeld(address) || isSpecial(address)) return
    const ruled = this.#ruledAt(address)
    if (ruled !== null) {
      if (from.isExternal) this.#attract(address, ruled)
      return
    }
    // on a host's own bridge, of which all was recorded: nobody has it
    if (this.#places.isBesideContainers(address)) return
    const netns = this.#world.outside.host(address)
    this.assumptions.push(
      `nobody recorded has ${formatIpv4(address)}: ${netns === this.#world.outside.external ? 'somebody out there' : 'a host beside them'} does, and answers`,
    )
  }

  /** A host whose rules speak of an address as a destination. */
  #ruledAt(address: Ipv4): RebuiltNamespace | null {
    const text = `-d ${formatIpv4(address)}/32 `
    return (
      this.#world.namespaces.find(
        ({ evidence }) => evidence.iptables?.some((each) => each.text.includes(text)) === true,
      ) ?? null
    )
  }

  #attract(address: Ipv4, to: RebuiltNamespace): void {
    const gateway = this.#world.outside.addressOn(to.netns)
    if (gateway === null) return
    this.#world.outside.attract(address, gateway)
    this.assumptions.push(`whoever is in front of the hosts sends ${formatIpv4(address)} to ${to.netns.name}`)
  }

  #service(
    text: string,
    reference: Reference & { readonly kind: 'service' },
    from: Source,
    protocol: FlowProtocol | undefined,
  ): Target {
    const name = `${reference.namespace}/${reference.name}`
    const ruled = this.#world.namespaces
      .flatMap(({ netns }) => servicesOf(netns))
      .filter(({ service }) => service === name)
    const resolved = this.#resolved({ ...reference, port: undefined })
    const outer = from.isExternal ? this.#outsideAddress(name) : undefined
    if (outer !== undefined) this.assumptions.push(`from outside ${text} is ${formatIpv4(outer)}`)
    const address =
      outer ??
      ruled[0]?.address ??
      (resolved?.kind === 'service' ? tryParseIpv4(resolved.service.spec.clusterIP ?? '') : undefined)
    if (address === undefined) {
      const known = [
        ...new Set(this.#world.namespaces.flatMap(({ netns }) => servicesOf(netns).map(({ service }) => service))),
      ]
      throw new KubehopError('NOT_FOUND', `no rule that was recorded is about a Service ${name}`, {
        hint:
          known.length === 0
            ? 'there are no rules of kube-proxy'
            : `there are ${known.slice(0, 5).join(', ')}${known.length > 5 ? ' …' : ''}`,
      })
    }
    const port = this.#servicePort(text, reference, ruled, resolved)
    const transport = protocol ?? port?.protocol ?? 'tcp'
    if (outer !== undefined) this.#meet(address, from)
    return {
      name: text,
      address,
      port: transport === 'icmp' ? undefined : port?.number,
      protocol: transport,
      probability: 1,
    }
  }

  /** Its load balancer's, or its external IP. */
  #outsideAddress(service: string): Ipv4 | undefined {
    for (const { netns } of this.#world.namespaces) {
      const [address] = outsideAddressesOf(netns, service)
      if (address !== undefined) return address
    }
    return undefined
  }

  #servicePort(
    text: string,
    { port }: Reference,
    ruled: readonly RuledService[],
    resolved: Resolved | null,
  ): { readonly number: number; readonly protocol: FlowProtocol } | undefined {
    const declared =
      resolved?.kind === 'service'
        ? resolved.service.spec.ports.map((each) => ({
            port: each.name,
            number: each.port,
            protocol: each.protocol.toLowerCase() as FlowProtocol,
          }))
        : []
    const all = [...ruled, ...declared]
    if (typeof port === 'number') return all.find(({ number }) => number === port) ?? { number: port, protocol: 'tcp' }
    if (typeof port === 'string') {
      const found = all.find((each) => each.port === port)
      if (found !== undefined) return found
      throw new KubehopError('NOT_FOUND', `"${text}": there is no port named "${port}"`, {
        hint: `it has ${[...new Set(all.map((each) => (each.port === '' ? String(each.number) : `${each.port} (${each.number})`)))].join(', ')}`,
      })
    }
    const numbers = new Set(all.map(({ number }) => number))
    if (numbers.size > 1)
      this.assumptions.push(`${text} has ${numbers.size} ports: the first one, ${all[0]?.number}, is meant`)
    return all[0]
  }

  /** The address by which others reach a namespace: that of its way out, if it has one. */
  #addressOf({ netns, evidence }: RebuiltNamespace, from: Source): Ipv4 {
    if (netns === from.netns) return parseIpv4('127.0.0.1')
    const onSegment = this.#world.outside.addressOn(netns)
    if (onSegment !== null) return onSegment
    for (const link of evidence.links ?? []) {
      const [first] = link.addresses.filter(({ scope }) => scope === 'global')
      if (first !== undefined) return first.address
    }
    throw new KubehopError('NOT_FOUND', `${netns.name} has no address to which anything can be sent`)
  }
}

function sourceIn(name: string, { netns }: RebuiltNamespace): Source {
  return { name, netns: netns as NetworkNamespace, address: NOWHERE, isExternal: false }
}

function target(name: string, address: Ipv4, port: number | undefined, protocol: FlowProtocol | undefined): Target {
  return { name, address, port, protocol: protocol ?? (port === undefined ? 'icmp' : 'tcp'), probability: 1 }
}

/** `NAME:PORT`; a name may have colons of its own. */
function splitPort(text: string): [name: string, port: number | undefined] {
  const [, name, port] = /^(.*):(\d{1,5})$/.exec(text) ?? []
  return name === undefined || Number(port) > 65535 ? [text, undefined] : [name, Number(port)]
}

/** How the pods of a workload are called: a ReplicaSet's hash and five letters, five letters, or a number. */
function madeBy({ workload, name }: Reference & { readonly kind: 'workload' }): RegExp {
  const end =
    workload === 'Deployment'
      ? '-[a-z0-9]{1,10}-[a-z0-9]{5}'
      : workload === 'StatefulSet'
        ? '-\\d{1,6}'
        : '-[a-z0-9]{5}'
  return new RegExp(`^${name.replaceAll('.', '\\.')}${end}$`)
}

function isSpecial(address: Ipv4): boolean {
  const first = address >>> 24
  return first === 127 || first >= 224 || first === 0
}
