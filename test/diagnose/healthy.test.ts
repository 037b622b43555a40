import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { diagnose } from '../../src/diagnose/index.ts'
import { readObjects } from '../../src/kubernetes/index.ts'
import { evidenceOf } from '../../src/snapshot/index.ts'
import { recordCluster } from '../../src/snapshot/record.ts'

// The bundled clusters, as if their nodes had been recorded: with the objects that the input has, with all that were made of it, and without any.

const EXAMPLES = ['dns', 'dns-moved', 'handbook', 'pods', 'services', 'shop']
const KINDS = (['cni0', 'docker0'] as const).flatMap((bridge) =>
  (['vxlan', 'host-gw'] as const).map((backend) => ({ bridge, backend })),
)

/** What the shop has on purpose: examples/shop.yaml says so. */
const MEANT = [
  'service-selects-nothing Service default/reviews',
  'local-policy-without-endpoint Service default/payment',
]

describe.each(EXAMPLES)('%s', (name) => {
  const manifests = readFileSync(`examples/${name}.yaml`, 'utf8')
  const read = readObjects([{ name: `${name}.yaml`, content: manifests }])

  it.each(KINDS)('on $bridge with $backend has no finding', (options) => {
    const cluster = Cluster.fromManifests(manifests, { nodes: 3, ...options })
    const evidence = recordCluster(cluster).hosts.flatMap((host) => evidenceOf(host))
    for (const told of [undefined, read, cluster.objects]) {
      const { findings } = diagnose({ evidence, told, objects: told === undefined ? undefined : cluster.objects })
      const found = findings.map(({ code, where }) => `${code} ${where.object ?? where.netns}`)
      expect(found).toEqual(name === 'shop' && told !== undefined ? MEANT : [])
    }
  })
})
