import fc from 'fast-check'
import { describe, it } from 'vitest'
import { clusters } from '../../src/testing/index.ts'
import { clustersAndPicks, pick, podsOf, referenceOf } from './support/choices.ts'
import { expect } from './support/expect.ts'

/*
 * Kubernetes asks of a network that pods reach pods without NAT. Clusters of 1 to 6 nodes with 0 to 20 pods each, in different networks, on
 * both backends and bridges, with Services of every type.
 */

const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp'] as const

describe('pod to pod', () => {
  it('every pod reaches every pod untranslated, and is seen under its own address', () => {
    fc.assert(
      fc.property(clusters(), (cluster) => expect(cluster).toConnectAllPods()),
      { numRuns: 60 },
    )
  })

  it('so do datagrams to the port of a Service', () => {
    fc.assert(
      fc.property(clusters({ services: { min: 1 }, podsPerNode: { max: 8 } }), (cluster) =>
        expect(cluster).toConnectAllPods({ udpPort: 80 }),
      ),
      { numRuns: 40 },
    )
  })

  it('with any protocol, neither request nor answer is translated', () => {
    const drawn = clustersAndPicks({ podsPerNode: { min: 1 }, hostNetworkPods: false }, 9)
    fc.assert(
      fc.property(drawn, ([cluster, numbers]) => {
        const pods = podsOf(cluster)
        for (const [i, protocol] of PROTOCOLS.entries()) {
          const from = referenceOf(pick(pods, numbers[2 * i]!))
          const to = referenceOf(pick(pods, numbers[2 * i + 1]!))
          const port = protocol === 'icmp' ? '' : `:${1 + numbers[8]!}`
          expect(cluster).toReach(from, to + port, { protocol, withoutNat: true, seenAs: from, servedBy: to + port })
        }
      }),
      { numRuns: 100 },
    )
  })

  it('with DirectRouting just as over the tunnel', () => {
    fc.assert(
      fc.property(clusters({ backends: ['vxlan'], directRouting: [true], podsPerNode: { max: 6 } }), (cluster) =>
        expect(cluster).toConnectAllPods(),
      ),
      { numRuns: 20 },
    )
  })

  it('without flannel’s --ip-masq too, on cni0', () => {
    fc.assert(
      fc.property(clusters({ bridges: ['cni0'], ipMasq: [false], podsPerNode: { max: 6 } }), (cluster) =>
        expect(cluster).toConnectAllPods(),
      ),
      { numRuns: 20 },
    )
  })

  it('but where flannel leaves masquerading to Docker, Docker’s rule hides pods from those of other nodes', () => {
    // mk-docker-opts.sh gives Docker --ip-masq=true exactly when flannel has it not: -s SUBNET ! -o docker0 -j MASQUERADE
    const drawn = clustersAndPicks(
      {
        bridges: ['docker0'],
        ipMasq: [false],
        nodes: { min: 2, max: 3 },
        podsPerNode: { min: 1, max: 3 },
        hostNetworkPods: false,
      },
      2,
    )
    fc.assert(
      fc.property(drawn, ([cluster, [one, two]]) => {
        const pods = podsOf(cluster)
        const from = pick(pods, one!)
        const to = pick(pods, two!)
        const [fromName, toName] = [referenceOf(from), `${referenceOf(to)}:80`]
        const node = from.pod.spec.nodeName!
        if (node === to.pod.spec.nodeName) expect(cluster).toReach(fromName, toName, { withoutNat: true })
        else
          expect(cluster)
            .toReach(fromName, toName)
            .via({ masquerade: `node/${node}`, in: node, from: fromName })
      }),
      { numRuns: 40 },
    )
  })
})
