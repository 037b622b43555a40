import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diagnose, type Finding } from '../../src/diagnose/index.ts'
import { fillIn, InputError, type KubernetesObjects, readObjects } from '../../src/kubernetes/index.ts'

const HEALTHY = readFileSync('test/diagnose/cluster.yaml', 'utf8')

function findingsOf(manifests: string): readonly Finding[] {
  const told = readObjects([{ name: 'cluster.yaml', content: manifests }], { validation: 'lenient' })
  return diagnose({ told, objects: completed(told) }).findings
}

function completed(told: KubernetesObjects) {
  try {
    return fillIn(told, { validation: 'lenient' })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return undefined
  }
}

/** The healthy manifests with one text in the place of another. */
function edited(...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replace(from, to)
  }, HEALTHY)
}

const NEAR_SLICE = /apiVersion: discovery.k8s.io\/v1\nkind: EndpointSlice\nmetadata: \{name: near-1[\s\S]*?---\n/.exec(
  HEALTHY,
)![0]
const FAR_SLICE = /apiVersion: discovery.k8s.io\/v1\nkind: EndpointSlice\nmetadata: \{name: far-1[\s\S]*?---\n/.exec(
  HEALTHY,
)![0]
const READY = 'status: {phase: Running, podIP: 10.244.0.3}'

describe('manifests', () => {
  it('a healthy cluster has no finding', () => {
    expect(findingsOf(HEALTHY)).toEqual([])
  })

  it.each<[code: string, manifests: string, title: string]>([
    [
      'service-selects-nothing',
      edited([NEAR_SLICE, ''], ['selector: {app: near}', 'selector: {app: naer}']),
      'Service default/near has no endpoints: its selector app=naer matches no pod; Pod near has app=near.',
    ],
    [
      'service-pods-not-ready',
      edited(
        [NEAR_SLICE, ''],
        [
          READY,
          "status: {phase: Running, podIP: 10.244.0.3, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: web, ready: false, restartCount: 7, state: {waiting: {reason: CrashLoopBackOff}}}]}",
        ],
      ),
      'Service default/near has no ready endpoint: none of its 1 pods is ready (near: container web waits: CrashLoopBackOff).',
    ],
    [
      'service-target-port-missing',
      edited([NEAR_SLICE, ''], ['targetPort: http, nodePort: 30080', 'targetPort: web, nodePort: 30080']),
      'Service default/near: port 80 goes to "web"/TCP, which none of its pods has; near has http=8080/TCP.',
    ],
    [
      'service-without-selector',
      edited(['kubernetes.io/service-name: agent}', 'kubernetes.io/service-name: agnet}']),
      'Service default/agent has neither a selector nor endpoints; EndpointSlice agent-1 is labelled for agnet.',
    ],
    [
      'service-nodes-not-ready',
      edited([
        'status: {addresses: [{type: InternalIP, address: 192.168.0.12}]}',
        'status: {addresses: [{type: InternalIP, address: 192.168.0.12}], conditions: [{type: Ready, status: Unknown}]}',
      ]),
      'Service default/far: its only endpoint is on node-2, which is not ready.',
    ],
    [
      'headless-port-mismatch',
      edited([FAR_SLICE, ''], ['{clusterIP: 10.96.0.20,', '{clusterIP: None,']),
      'Service default/far is headless, so its port 80 is not translated to 8080: clients must use 8080.',
    ],
    [
      'local-policy-without-endpoint',
      edited(['{type: NodePort,', '{type: NodePort, externalTrafficPolicy: Local,']),
      'Service default/near: node-2 has no endpoint of it, and externalTrafficPolicy is Local.',
    ],
    [
      'node-port-out-of-range',
      edited(['nodePort: 30080', 'nodePort: 8080']),
      'Service default/near: nodePort 8080 is outside of 30000-32767.',
    ],
    [
      'duplicate-address',
      edited(['podIP: 10.244.0.2}', 'podIP: 10.244.0.3}']),
      'Pods default/client and default/near both have the address 10.244.0.3.',
    ],
    [
      'overlapping-networks',
      edited(
        ['spec: {podCIDR: 10.244.1.0/24}', 'spec: {podCIDR: 10.244.0.0/23}'],
        ['podIP: 10.244.1.2', 'podIP: 10.244.1.2'],
      ),
      'the pods of node-1 10.244.0.0/24 and the pods of node-2 10.244.0.0/23 lie over each other.',
    ],
    [
      'host-port-is-node-port',
      edited([
        '{name: shell, image: shell}',
        '{name: shell, image: shell, ports: [{containerPort: 22, hostPort: 30080}]}',
      ]),
      'Pod default/client wants port 30080/TCP of its node, which is the node port of Service default/near.',
    ],
  ])('%s', (code, manifests, title) => {
    const findings = findingsOf(manifests)
    const codes = new Set(findings.map((finding) => finding.code))
    // a slice for a Service that is not there tells it itself, too
    if (code === 'service-without-selector') codes.delete('endpointslice-for-no-service')
    expect([...codes], findings.map((finding) => finding.title).join('\n')).toEqual([code])
    expect(findings.find((finding) => finding.code === code)?.title).toBe(title)
  })

  it('endpointslice-for-no-service', () => {
    const stray = HEALTHY.replace(
      'name: agent}\nspec: {clusterIP: 10.96.0.30, ports',
      'name: agents}\nspec: {clusterIP: 10.96.0.30, selector: {app: near}, ports',
    )
    expect(findingsOf(stray).map(({ code, title }) => `${code}: ${title}`)).toEqual([
      'endpointslice-for-no-service: EndpointSlice default/agent-1 is for Service agent, which namespace default does not have.',
    ])
  })

  it('a range that the API server was told counts', () => {
    const server = `---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver-node-1, namespace: kube-system}
spec: {hostNetwork: true, nodeName: node-1, containers: [{name: kube-apiserver, image: x, command: [kube-apiserver, --service-node-port-range=8000-9000]}]}
`
    expect(findingsOf(edited(['nodePort: 30080', 'nodePort: 8080']) + server)).toEqual([])
    expect(findingsOf(HEALTHY + server).map(({ code }) => code)).toEqual(['node-port-out-of-range'])
  })

  it('a Service that a cluster printed has the range of that cluster', () => {
    const live = edited(
      ['nodePort: 30080', 'nodePort: 8080'],
      ['targetPort: http, nodePort: 8080}]}', 'targetPort: http, nodePort: 8080}]}\nstatus: {loadBalancer: {}}'],
    )
    expect(findingsOf(live)).toEqual([])
  })

  it('pods that workloads would make count', () => {
    const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: naer}
spec: {selector: {matchLabels: {app: naer}}, template: {metadata: {labels: {app: naer}}, spec: {containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]}}}
`
    expect(
      findingsOf(edited([NEAR_SLICE, ''], ['selector: {app: near}', 'selector: {app: naer}']) + deployment),
    ).toEqual([])
  })
})

describe('the bundled examples', () => {
  it.each(['dns', 'dns-moved', 'handbook', 'pods', 'services'])('%s has no finding', (name) => {
    expect(findingsOf(readFileSync(`examples/${name}.yaml`, 'utf8'))).toEqual([])
  })

  it('the shop has what it says it has: a Service that nobody has written pods for, and one with local endpoints only', () => {
    expect(
      findingsOf(readFileSync('examples/shop.yaml', 'utf8')).map(({ code, severity, where }) => [
        severity,
        code,
        where.object,
      ]),
    ).toEqual([
      ['error', 'service-selects-nothing', 'Service default/reviews'],
      ['info', 'local-policy-without-endpoint', 'Service default/payment'],
    ])
  })
})
