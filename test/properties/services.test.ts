import { describe, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.ts'
import { isHeadless, type Service } from '../../src/kubernetes/index.ts'
import { formatIpv4 } from '../../src/packet/address.ts'
import type { ClusterConstraints } from '../../src/testing/index.ts'
import type { Trace } from '../../src/trace/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, podsOf, referenceOf } from './support/laws.ts'
import { answerAsSeen, destinationOf, equalShares, sharesOf } from './support/observe.ts'
import { isAmbiguous, type Outcome, outcomeOf, usable } from './support/service-model.ts'

/*
 * A Service reaches exactly its ready endpoints, each with the same probability; answers come back from the address that was asked. By every
 * way in that Services have, on clusters with Services of every type and policy.
 */

const CONSTRAINTS: ClusterConstraints = {
  nodes: { min: 1, max: 4 },
  podsPerNode: { max: 5 },
  services: { min: 1, max: 3 },
}

/** The node that the router sends an address to. */
const entryOf = (cluster: Cluster, address: string | undefined) =>
  cluster.network.attracted.find((each) => each.address === address)!.node.plan.name

const servicesOf = (cluster: Cluster, test: (service: Service) => boolean) =>
  cluster.objects.services.filter(
    (service) => service.metadata.name !== 'kubernetes' && test(service) && !isAmbiguous(cluster, service),
  )

/** Follows all packets of one kind, and compares where they end with what was promised. */
function expectOutcome(cluster: Cluster, from: string, to: string, service: Service, outcome: Outcome): Trace {
  const protocol = service.spec.ports[0]!.protocol === 'UDP' ? 'udp' : 'tcp'
  const trace = cluster.trace({ from, to, protocol, allBranches: true })
  if (typeof outcome === 'string') {
    expect(trace.branches.map(({ disposition }) => disposition)).toEqual([outcome])
    if (outcome === 'dropped') expect(trace.branches[0]!.reason).toMatch(/^NETFILTER_DROP/)
    return trace
  }
  expect(sharesOf(trace)).toEqual(equalShares(outcome))
  for (const branch of trace.branches) {
    const where = destinationOf(branch)
    const { listens } = outcome.find(({ address }) => address === where)!
    expect(branch.disposition, branch.reason).toBe(listens ? 'delivered' : 'rejected')
    if (!listens) continue
    expect(branch.seenBy?.server).toBe(where)
    const { packet } = branch
    expect(answerAsSeen(branch.reply!)).toBe(`${packet.dst}:${packet.dport} > ${packet.src}:${packet.sport}`)
  }
  return trace
}

describe('a cluster IP', () => {
  it('leads pods to the ready endpoints, those of their node with internalTrafficPolicy Local; pods keep their address', () => {
    forEveryChoice({ ...CONSTRAINTS, podsPerNode: { min: 1, max: 5 }, hostNetworkPods: false }, 50, (cluster, pick) => {
      for (const service of servicesOf(cluster, (each) => !isHeadless(each))) {
        const client = pick(podsOf(cluster))
        const isLocal = service.spec.internalTrafficPolicy === 'Local'
        const outcome = outcomeOf(cluster, service, isLocal ? client.pod.spec.nodeName : undefined)
        const name = `svc/${service.metadata.name}`
        const trace = expectOutcome(cluster, referenceOf(client), name, service, outcome)
        for (const { seenBy } of trace.branches) {
          // but for its own Service, and for hosts outside, where somebody has to answer to its node
          if (seenBy === undefined || service.spec.selector === undefined) continue
          const isSelf = seenBy.server.startsWith(`${formatIpv4(client.address)}:`)
          expect(seenBy.client.startsWith(`${formatIpv4(client.address)}:`)).toBe(!isSelf)
        }
      }
    })
  })

  it('leads nodes to the ready endpoints', () => {
    forEveryChoice(CONSTRAINTS, 40, (cluster, pick) => {
      for (const service of servicesOf(cluster, (each) => !isHeadless(each))) {
        const { name } = pick(cluster.objects.nodes).metadata
        const isLocal = service.spec.internalTrafficPolicy === 'Local'
        const outcome = outcomeOf(cluster, service, isLocal ? name : undefined)
        expectOutcome(cluster, `node/${name}`, `svc/${service.metadata.name}`, service, outcome)
      }
    })
  })

  it('answers nothing to a ping, and refuses ports that it does not serve', () => {
    forEveryChoice({ ...CONSTRAINTS, podsPerNode: { min: 1, max: 2 }, hostNetworkPods: false }, 40, (cluster, pick) => {
      for (const service of servicesOf(cluster, (each) => !isHeadless(each))) {
        const from = referenceOf(pick(podsOf(cluster)))
        expect(cluster).not.toReach(from, `svc/${service.metadata.name}:81`)
        expect(cluster).not.toReach(from, `svc/${service.metadata.name}`, { protocol: 'icmp' })
      }
    })
  })
})

describe('from outside', () => {
  const isOpen = ({ spec }: Service) => spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  const KINDS: ClusterConstraints = { ...CONSTRAINTS, serviceKinds: ['NodePort', 'LoadBalancer'] }

  it('a node port leads to the ready endpoints, those of its node with externalTrafficPolicy Local, which sees the client', () => {
    forEveryChoice(KINDS, 50, (cluster, pick) => {
      for (const service of servicesOf(cluster, isOpen)) {
        const { name } = pick(cluster.objects.nodes).metadata
        const isLocal = service.spec.externalTrafficPolicy === 'Local'
        const outcome = outcomeOf(cluster, service, isLocal ? name : undefined)
        const to = `node/${name}:${service.spec.ports[0]!.nodePort}`
        const trace = expectOutcome(cluster, 'external', to, service, outcome)
        for (const { seenBy } of trace.branches) {
          if (seenBy === undefined) continue
          // nothing that stays on the node is masqueraded: there is no POSTROUTING for it
          const staysThere = seenBy.server.startsWith(`${formatIpv4(cluster.node(name).plan.address)}:`)
          expect(seenBy.client.startsWith('198.51.100.10:')).toBe(isLocal || staysThere)
        }
      }
    })
  })

  it('a load balancer address leads to the ready endpoints, of the node that it is sent to with policy Local', () => {
    forEveryChoice({ ...KINDS, serviceKinds: ['LoadBalancer'] }, 40, (cluster) => {
      for (const service of servicesOf(cluster, isOpen)) {
        const isLocal = service.spec.externalTrafficPolicy === 'Local'
        const entry = entryOf(cluster, service.status.loadBalancer.ingress[0]?.ip)
        const outcome = outcomeOf(cluster, service, isLocal ? entry : undefined)
        expectOutcome(cluster, 'external', `svc/${service.metadata.name}`, service, outcome)
      }
    })
  })

  it('an external IP leads to the ready endpoints', () => {
    forEveryChoice(CONSTRAINTS, 50, (cluster) => {
      for (const service of servicesOf(cluster, ({ spec }) => spec.externalIPs.length > 0)) {
        const isLocal = service.spec.externalTrafficPolicy === 'Local'
        const entry = entryOf(cluster, service.spec.externalIPs[0])
        const outcome = outcomeOf(cluster, service, isLocal ? entry : undefined)
        expectOutcome(cluster, 'external', `${service.spec.externalIPs[0]}:80`, service, outcome)
      }
    })
  })

  it('the addresses meant for outside lead pods to every ready endpoint, whatever the external policy', () => {
    forEveryChoice({ ...KINDS, podsPerNode: { min: 1, max: 4 }, hostNetworkPods: false }, 40, (cluster, pick) => {
      for (const service of servicesOf(cluster, isOpen)) {
        const client = pick(podsOf(cluster))
        const outcome = outcomeOf(cluster, service, undefined)
        const [ingress] = service.status.loadBalancer.ingress
        const own = `node/${client.pod.spec.nodeName}:${service.spec.ports[0]!.nodePort}`
        expectOutcome(cluster, referenceOf(client), own, service, outcome)
        if (ingress !== undefined) expectOutcome(cluster, referenceOf(client), `${ingress.ip}:80`, service, outcome)
      }
    })
  })
})

describe('a headless Service', () => {
  it('is its ready endpoints themselves: one branch each, and no translation', () => {
    const constraints: ClusterConstraints = { ...CONSTRAINTS, serviceKinds: ['headless'], hostNetworkPods: false }
    forEveryChoice({ ...constraints, podsPerNode: { min: 1, max: 5 } }, 40, (cluster, pick) => {
      for (const service of servicesOf(cluster, isHeadless)) {
        const from = referenceOf(pick(podsOf(cluster)))
        const to = `svc/${service.metadata.name}:80`
        // DNS gives addresses; whether they still serve while they terminate is not its business
        const ready = usable(cluster, service).map(({ address }) => address.replace(/:\d+$/, ':80'))
        const isReadySet = cluster.objects.endpointSlices.some(
          ({ metadata, endpoints }) =>
            metadata.labels['kubernetes.io/service-name'] === service.metadata.name &&
            endpoints.some(({ conditions }) => conditions.ready === true),
        )
        if (!isReadySet) {
          expect(() => cluster.trace({ from, to })).toThrow('no ready endpoint')
          continue
        }
        const trace = cluster.trace({ from, to, allBranches: true })
        expect(Object.keys(sharesOf(trace)).sort()).toEqual([...ready].sort())
        for (const { probability } of trace.branches) expect(probability).toBeCloseTo(1 / ready.length)
        expect(cluster).toReach(from, to, { withoutNat: true, seenAs: from })
      }
    })
  })
})
