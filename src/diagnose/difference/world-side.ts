import { formatIpv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { RebuiltNamespace } from '../../snapshot/rebuild/index.ts'
import { nodePortsIn, type RuledNodePort, servicesOf } from '../../snapshot/rebuild/index.ts'
import type { SnapshotWorld } from '../../snapshot/trace/index.ts'
import { type Outcome, outcomesOf } from './outcome.ts'
import type { Question, Side } from './question.ts'

const A_POD_ON = 'a pod on '

/** Recorded hosts. */
export class WorldSide implements Side {
  readonly #world: SnapshotWorld
  readonly #namespace: string | undefined

  /** @param namespace of names that have none; default `default` */
  constructor(world: SnapshotWorld, namespace?: string) {
    this.#world = world
    this.#namespace = namespace
  }

  get remarks(): readonly string[] {
    const { assumptions, warnings } = this.#world.world
    return [...assumptions, ...warnings]
  }

  outcomes({ from, to, protocol }: Question): readonly Outcome[] {
    try {
      const sender = from.startsWith(A_POD_ON) ? this.#podOn(from.slice(A_POD_ON.length)) : from
      const request = { from: sender, to, protocol, namespace: this.#namespace, allBranches: true }
      return outcomesOf(this.#world.trace(request).data)
    } catch (error) {
      // who is there on one side alone is a difference, not a mistake
      if (!(error instanceof KubehopError) || error.code !== 'NOT_FOUND') throw error
      return [{ disposition: 'absent', reason: error.message, probability: 1 }]
    }
  }

  questions(): readonly Question[] {
    const { namespaces } = this.#world.world
    const hosts = namespaces.filter(({ evidence }) => evidence.isHost)
    const senders = hosts.flatMap(({ evidence: { host } }) => [
      ...(this.#firstPodOn(host) === undefined ? [] : [`${A_POD_ON}${host}`]),
      host,
    ])
    const services = distinct(hosts.flatMap(({ netns }) => servicesOf(netns)))
    const nodePorts = distinct(hosts.flatMap(({ netns }) => nodePortsIn((name) => netns.netfilter.table(name))))
    return [
      ...services.flatMap(({ address, ...service }) => {
        const to = `${formatIpv4(address)}:${service.number}`
        return senders.map((from) => ({ from, to, protocol: service.protocol, about: nameOf(service) }))
      }),
      ...nodePorts.flatMap((service) =>
        hosts.map(({ evidence: { host } }) => ({
          from: 'external',
          to: `node/${host}:${service.number}`,
          protocol: service.protocol,
          about: `node port of ${nameOf(service)}`,
        })),
      ),
    ]
  }

  #podOn(host: string): string {
    const pod = this.#firstPodOn(host)
    if (pod === undefined) throw new KubehopError('NOT_FOUND', `there is no pod on ${host}`)
    return pod.evidence.name
  }

  /** The first namespace of a host that is a pod's; where nobody told whose they are, the first that is not the host's own. */
  #firstPodOn(host: string): RebuiltNamespace | undefined {
    const others = this.#world.world.namespaces.filter(({ evidence }) => evidence.host === host && !evidence.isHost)
    return others.find(({ evidence }) => evidence.owners.some(({ kind }) => kind === 'pod')) ?? others[0]
  }
}

/** `shop/db:sql` */
export function nameOf({ service, port }: RuledNodePort): string {
  return port === '' ? service : `${service}:${port}`
}

/** Each port of each Service once, in the order of their names. */
export function distinct<T extends RuledNodePort>(found: readonly T[]): T[] {
  const all = new Map(found.map((each) => [`${nameOf(each)} ${each.number} ${each.protocol}`, each]))
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}
