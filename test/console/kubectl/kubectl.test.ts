import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../../src/cluster/index.ts'
import { TextOutput } from '../../../src/commands/process/streams.ts'
import { Session } from '../../../src/console/index.ts'
import { goJson } from '../../../src/kubernetes/write/go-json.ts'
import { writeObject } from '../../../src/kubernetes/write/index.ts'
import { shopManifest } from '../../support/shop.ts'
import { commands, entry, objectsCluster, objectsText, TRANSCRIPT } from './transcript.ts'

/** Runs a line on the first node of a cluster. */
function run(cluster: Cluster, line: string, namespace?: string): { code: number; out: string; err: string } {
  const out = new TextOutput()
  const err = new TextOutput()
  const code = new Session(cluster, { stdout: out, stderr: err, namespace }).run(line)
  return { code, out: out.text, err: err.text }
}

describe('kubectl', () => {
  const cluster = objectsCluster()
  const real = new Map(
    readFileSync(TRANSCRIPT, 'utf8')
      .split(/^(?=\$ )/m)
      .map((text) => [text.slice(2, text.indexOf('\n')), text]),
  )

  it.each(commands())('says what the real one says: %s', (line) => {
    expect(entry(line, run(cluster, line))).toBe(real.get(line))
  })

  it('describes what newer ones know', () => {
    expect(run(cluster, 'kubectl describe svc near').out).toContain('Traffic Distribution:     PreferSameZone\n')
  })

  it('takes names without a namespace to be in the session’s', () => {
    expect(run(cluster, 'kubectl get po', 'shop').err).toBe('No resources found in shop namespace.\n')
    expect(run(cluster, 'kubectl get svc kubernetes --no-headers -n default', 'shop').code).toBe(0)
  })

  it('refuses what it does not do, and says what to type instead', () => {
    const refused = (line: string) => () => run(cluster, line)
    expect(refused('kubectl exec a-1 -- ls')).toThrow('kubectl exec is not modelled (go into the pod: use pod/NAME')
    expect(refused('kubectl -n x delete po a')).toThrow('kubectl delete is not modelled (change the manifest')
    expect(refused('kubectl get cm')).toThrow("kubectl's cm is not modelled (there are nodes, namespaces, pods")
    expect(refused('kubectl get deploy')).toThrow("kubectl's deploy is not modelled (kubectl get pods --show-labels")
    expect(refused('kubectl get all')).toThrow("kubectl's all is not modelled (kubectl get pods,svc)")
    expect(refused('kubectl get po -w')).toThrow('kubectl get --watch is not modelled')
    expect(refused('kubectl get po -o jsonpath={.items}')).toThrow('kubectl get -o jsonpath is not modelled')
    expect(refused('kubectl describe po a-1')).toThrow('kubectl describe pod is not modelled (kubectl get pods -o yaml')
    expect(run(cluster, "kubectl get po -l 'a=b=c'")).toMatchObject({
      code: 1,
      err: expect.stringContaining('error: the selector "a=b=c" is wrong'),
    })
  })

  it('helps', () => {
    for (const line of ['kubectl', 'kubectl get -h', 'kubectl describe --help'])
      expect(run(cluster, line)).toMatchObject({ code: 0, out: expect.stringContaining('kubectl get TYPE') })
    expect(run(cluster, 'kubectl --nope').err).toContain('unknown flag: --nope')
    expect(run(cluster, 'kubectl get po --no-headers=maybe').err).toContain('invalid argument "maybe"')
  })
})

describe.each([
  ['all kinds of objects', objectsText],
  ['the shop', () => shopManifest()],
])('what kubectl prints of %s', (_, manifest) => {
  const ALL = 'no,ns,po,svc,ep,endpointslices'

  it.each(['yaml', 'json'])('as %s is read again as the same cluster', (format) => {
    const cluster = Cluster.fromManifests(manifest())
    const { out } = run(cluster, `kubectl get ${ALL} -A -o ${format}`)
    const again = Cluster.fromManifests(out)
    for (const kind of ['nodes', 'pods', 'services', 'endpointSlices'] as const) {
      const plain = ({ objects }: Cluster) => objects[kind].map(writeObject).map(goJson)
      expect(plain(again).sort()).toEqual(plain(cluster).sort())
    }
    expect(again.objects.networks).toEqual(cluster.objects.networks)
    for (const node of cluster.network.nodes.keys())
      expect(again.iptablesSave(node).split('\n').sort()).toEqual(cluster.iptablesSave(node).split('\n').sort())
    expect(run(again, `kubectl get ${ALL} -A -o wide`)).toEqual(run(cluster, `kubectl get ${ALL} -A -o wide`))
  })
})
