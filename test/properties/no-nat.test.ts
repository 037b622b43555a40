import { describe, it } from 'vitest'
import { expect } from './support/expect.ts'
import { forEveryChoice, forEveryCluster, podsOf, referenceOf, WITH_PODS } from './support/laws.ts'

/*
 * Kubernetes asks of a network that pods reach pods without NAT. Clusters of 1 to 6 nodes with 0 to 20 pods each, in different networks, on
 * both backends and bridges, with Services of every type.
 */

const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp'] as const

describe('pod to pod', () => {
  it('every pod reaches every pod untranslated, and is seen under its own address', () => {
    forEveryCluster({}, 30, (cluster) => {
      expect(cluster).toConnectAllPods()
    })
  })

  it('so do datagrams to the port of a Service', () => {
    forEveryCluster({ services: { min: 1 }, podsPerNode: { max: 8 } }, 25, (cluster) => {
      expect(cluster).toConnectAllPods({ udpPort: 80 })
    })
  })

  it('with any protocol, neither request nor answer is translated', () => {
    forEveryChoice(WITH_PODS, 50, (cluster, pick) => {
      const pods = podsOf(cluster)
      for (const protocol of PROTOCOLS) {
        const from = referenceOf(pick(pods))
        const port = protocol === 'icmp' ? '' : `:${pick([1, 80, 8080, 8472, 30_000, 65_535])}`
        const to = referenceOf(pick(pods)) + port
        expect(cluster).toReach(from, to, { protocol, withoutNat: true, seenAs: from, servedBy: to })
      }
    })
  })

  it('with DirectRouting just as over the tunnel', () => {
    forEveryCluster({ backends: ['vxlan'], directRouting: [true], podsPerNode: { max: 6 } }, 20, (cluster) => {
      expect(cluster).toConnectAllPods()
    })
  })

  it('without flannel’s --ip-masq too, on cni0', () => {
    forEveryCluster({ bridges: ['cni0'], ipMasq: [false], podsPerNode: { max: 6 } }, 20, (cluster) => {
      expect(cluster).toConnectAllPods()
    })
  })

  it('but where flannel leaves masquerading to Docker, Docker’s rule hides pods from those of other nodes', () => {
    // mk-docker-opts.sh gives Docker --ip-masq=true exactly when flannel has it not: -s SUBNET ! -o docker0 -j MASQUERADE
    const constraints = { ...WITH_PODS, bridges: ['docker0'], ipMasq: [false], nodes: { min: 2, max: 3 } } as const
    forEveryChoice(constraints, 40, (cluster, pick) => {
      const [from, to] = [pick(podsOf(cluster)), pick(podsOf(cluster))]
      const [source, destination] = [referenceOf(from), `${referenceOf(to)}:80`]
      const node = from.pod.spec.nodeName!
      if (node === to.pod.spec.nodeName) expect(cluster).toReach(source, destination, { withoutNat: true })
      else
        expect(cluster)
          .toReach(source, destination)
          .via({ masquerade: `node/${node}`, in: node, from: source })
    })
  })
})
