import fc from 'fast-check'
import { Cluster } from '../../src/cluster/index.ts'
import { isHeadless, type Service } from '../../src/kubernetes/index.ts'
import { formatIpv4 } from '../../src/packet/address.ts'
import { clusterManifests } from '../../src/testing/index.ts'
import { clusterLab, LAB_OPTIONS, type Server } from './cluster-lab.ts'
import type { Sent } from './flows/index.ts'

/** A lab out of a generated cluster. */
export interface GeneratedLab {
  readonly cluster: Cluster
  readonly flows: readonly Sent[]
  readonly text: string
}

const FLOWS = 14
/** Fragments, what does not fit, what lives too short. */
const PINGS = ['', '', '-s 2000', '-s 4500', '-s 1440 -M do', '-s 1472 -M do', '-s 1480 -M do', '-t 1', '-t 2']
const MOST_PICKS = FLOWS * 4

const drawn = fc.record({
  manifests: clusterManifests({
    nodes: { min: 1, max: 3 },
    podsPerNode: { min: 0, max: 3 },
    services: { min: 1, max: 4 },
    ipMasq: [true, true, false],
    directRouting: [false, false, true],
  }),
  bridgeNfCallIptables: fc.constantFrom(true, true, true, false),
  hairpinMode: fc.constantFrom(true, true, false),
  picks: fc.array(fc.nat(9999), { minLength: MOST_PICKS, maxLength: MOST_PICKS }),
})

/** Small clusters of every kind, and flows between all that can send and be sent to. The seed decides everything. */
export function generatedLabs(count: number, seed: number): GeneratedLab[] {
  return fc.sample(drawn, { numRuns: count, seed }).map(({ manifests, picks, ...switches }) => {
    const cluster = Cluster.fromManifests(manifests.text, { ...manifests.options, ...switches, ...LAB_OPTIONS })
    const flows = flowsOf(cluster, picks)
    const story = [`A generated cluster, ${JSON.stringify({ ...manifests.options, ...switches })}`]
    return { cluster, flows, text: clusterLab(cluster, flows, story, { servers: serversOf(cluster) }) }
  })
}

function flowsOf(cluster: Cluster, picks: readonly number[]): Sent[] {
  let next = 0
  const pick = <T>(list: readonly T[]): T => list[picks[next++ % MOST_PICKS]! % list.length]!
  const pods = [...cluster.network.pods.values()].filter(({ port }) => port !== null)
  const ends = [
    ...pods.map(({ pod }) => `pod/${pod.metadata.name}`),
    ...cluster.objects.nodes.map(({ metadata }) => `node/${metadata.name}`),
    'external',
  ]
  const addresses = cluster.objects.services.flatMap((service) => addressesOf(service, cluster))
  const flows: Sent[] = []
  for (let i = 0; i < FLOWS; i++) {
    const from = pick(ends)
    const [to, port, protocol] = pick([...addresses, ...ends.map((end) => [end, 8080, 'tcp'] as const)])
    const ping = pick([true, false, false])
    const how = pick(PINGS)
    const flow: Sent = {
      title: `${from} to ${to}:${port}, ${ping ? `ping ${how}` : protocol}`,
      from,
      to: ping ? to : `${to}:${port}`,
      protocol: ping ? 'icmp' : protocol,
      ...(ping && how !== '' ? { how } : {}),
    }
    // where lots are drawn, the kernel draws others
    if (cluster.trace({ ...flow, allBranches: true }).branches.length === 1) flows.push(flow)
  }
  return flows
}

/** Everything that a Service is reached by, with its port. */
function addressesOf(service: Service, cluster: Cluster): (readonly [string, number, 'tcp' | 'udp'])[] {
  if (isHeadless(service)) return []
  const { spec, status } = service
  const balanced = status.loadBalancer.ingress.flatMap(({ ip }) => (ip === undefined ? [] : [ip]))
  return spec.ports.flatMap(({ port, nodePort, protocol }) => {
    const transport = protocol === 'UDP' ? 'udp' : 'tcp'
    const own = [spec.clusterIP ?? '', ...balanced, ...spec.externalIPs].map((to) => [to, port, transport] as const)
    const nodes = nodePort === undefined ? [] : cluster.objects.nodes
    return [...own, ...nodes.map(({ metadata }) => [`node/${metadata.name}`, nodePort ?? 0, transport] as const)]
  })
}

/** What the pods declare, as programs. */
function serversOf(cluster: Cluster): Server[] {
  const pods = [...cluster.network.pods.values()].flatMap(({ pod, netns }) =>
    pod.spec.containers.flatMap(({ ports }) =>
      ports.map(({ containerPort, protocol }) => ({
        netns,
        port: containerPort,
        protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
      })),
    ),
  )
  const { external } = cluster.network.fabric
  return [...pods, { netns: external, port: 8080, protocol: 'tcp' }, { netns: external, port: 8080, protocol: 'udp' }]
}

/** For a person: where a disagreement can be looked at. */
export function describeLab({ cluster, flows }: GeneratedLab): string {
  const nodes = cluster.network.plan.nodes.map(({ name, address }) => `${name} ${formatIpv4(address)}`)
  return `${nodes.join(', ')}; ${flows.length} flows`
}
