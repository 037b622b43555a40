import { nearestNames } from '../../kubernetes/index.ts'
import { formatIpv4, type Ipv4, networkOf, prefixContains } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import type { RebuiltNamespace } from '../rebuild/index.ts'

/** So many names are offered at most. */
const OFFERED = 8

/** Finds rebuilt namespaces by what people call them. */
export class Places {
  readonly #all: readonly RebuiltNamespace[]
  readonly #names = new Map<string, readonly RebuiltNamespace[]>()

  constructor(all: readonly RebuiltNamespace[]) {
    this.#all = all
    for (const each of all) {
      for (const name of new Set(namesOf(each.evidence)))
        this.#names.set(name, [...(this.#names.get(name) ?? []), each])
    }
  }

  /** The namespace of that name, or undefined. @throws KubehopError `AMBIGUOUS` when there are several */
  find(name: string): RebuiltNamespace | undefined {
    const found = this.#names.get(name) ?? []
    if (found.length > 1)
      throw new KubehopError('AMBIGUOUS', `"${name}" is the name of ${found.length} namespaces`, {
        hint: `write ${found.map(({ evidence }) => clearNameOf(evidence)).join(' or ')}`,
      })
    return found[0]
  }

  /** The namespace that has an address, on any device. @throws KubehopError `AMBIGUOUS` */
  holderOf(address: Ipv4): RebuiltNamespace | undefined {
    const found = this.#all.filter(({ netns }) => netns.addressType(address) === 'local')
    if (found.length > 1)
      throw new KubehopError('AMBIGUOUS', `${formatIpv4(address)} is an address of ${found.length} namespaces`, {
        hint: `name one: ${found.map(({ evidence }) => clearNameOf(evidence)).join(' or ')}`,
      })
    return found[0]
  }

  /** Has anybody the address? */
  isHeld(address: Ipv4): boolean {
    return this.#all.some(({ netns }) => netns.addressType(address) === 'local')
  }

  /** Is it in the network of a bridge of some host? */
  isBesideContainers(address: Ipv4): boolean {
    return this.#all.some(({ evidence }) =>
      (evidence.links ?? []).some(
        ({ kind, addresses }) =>
          kind === 'bridge' &&
          addresses.some((own) =>
            prefixContains({ address: networkOf(own.address, own.length), length: own.length }, address),
          ),
      ),
    )
  }

  /** The host's own namespace by the host's name. */
  host(name: string): RebuiltNamespace | undefined {
    return this.#all.find(({ evidence }) => evidence.isHost && evidence.host === name)
  }

  /** Where a pod lives. */
  pod(namespace: string, name: string): RebuiltNamespace | undefined {
    return this.#all.find(({ evidence }) =>
      evidence.owners.some(
        (owner) => owner.kind === 'pod' && owner.name === name && (owner.namespace ?? 'default') === namespace,
      ),
    )
  }

  /** Pods whose names begin as those that a workload makes. */
  podsLike(namespace: string, pattern: RegExp): RebuiltNamespace[] {
    return this.#all.filter(({ evidence }) =>
      evidence.owners.some(
        (owner) =>
          owner.kind === 'pod' && (owner.namespace ?? 'default') === namespace && pattern.test(owner.name ?? ''),
      ),
    )
  }

  /** @throws KubehopError `NOT_FOUND`, with the names that there are */
  refuse(name: string, what = 'namespace, pod or container'): never {
    const near = nearestNames(name, this.#names.keys())
    const all = this.#all.map(({ evidence }) => peoplesNameOf(evidence))
    const some = [...all.slice(0, OFFERED), ...(all.length > OFFERED ? [`${all.length - OFFERED} more`] : [])]
    throw new KubehopError('NOT_FOUND', `there is no ${what} "${name}" in what was recorded`, {
      hint: near.length > 0 ? `did you mean ${near.slice(0, 3).join(' or ')}?` : `there are ${some.join(', ')}`,
    })
  }
}

/** All that a namespace may be called by. */
function namesOf({ name, host, id, isHost, owners }: NamespaceEvidence): string[] {
  const short = isHost
    ? [host]
    : [name, name.slice(name.indexOf('/') + 1).replace(/^cni-/, ''), name.slice(name.indexOf('/') + 1)]
  const ids = id === 0 ? [] : [String(id), `${host}:${id}`, `net:[${id}]`]
  // a pod of the host's network is not what the host's own namespace is called by
  const owned = owners.flatMap((owner) => {
    const of = [owner.name, ...(owner.containers ?? []).flatMap((each) => [each, each.slice(0, 12)])].flatMap(
      (each) => each ?? [],
    )
    const pod =
      owner.kind === 'pod' && owner.name !== undefined ? [`${owner.namespace ?? 'default'}/${owner.name}`] : []
    return [...of, ...pod, ...(owner.uid === undefined ? [] : [owner.uid])]
  })
  return [
    ...short,
    ...short.map((each) => `${host}:${each}`),
    ...ids,
    ...owned,
    ...owned.map((each) => `${host}:${each}`),
  ]
}

/** One that nothing else has. */
function clearNameOf({ host, name, isHost }: NamespaceEvidence): string {
  return isHost ? host : `${host}:${name.slice(name.indexOf('/') + 1)}`
}

/** A pod's name, where one lives there. */
function peoplesNameOf(evidence: NamespaceEvidence): string {
  const pod = evidence.owners.find(({ kind, name }) => kind === 'pod' && name !== undefined)
  if (evidence.isHost || pod === undefined) return clearNameOf(evidence)
  return pod.namespace === undefined || pod.namespace === 'default'
    ? `pod/${pod.name}`
    : `${pod.namespace}/pod/${pod.name}`
}
