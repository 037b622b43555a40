import { describe, expect, it } from 'vitest'
import { UnsupportedError } from '../../../src/packet/errors.ts'
import { notes, problems, read } from '../support.ts'

function service(spec: string, status = ''): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: ${spec}\n${status}`
}

describe('a Service', () => {
  it('is read with all its fields', () => {
    const [object] = read(
      service(
        `
  type: LoadBalancer
  clusterIP: 10.96.0.7
  clusterIPs: [10.96.0.7, "fd00::7"]
  ipFamilies: [IPv4, IPv6]
  selector: {app: web}
  externalIPs: [192.0.2.7, "2001:db8::7"]
  externalTrafficPolicy: Local
  internalTrafficPolicy: Cluster
  healthCheckNodePort: 30111
  loadBalancerIP: 203.0.113.9
  loadBalancerClass: example.com/lb
  loadBalancerSourceRanges: [10.0.0.0/8, "2001:db8::/32"]
  allocateLoadBalancerNodePorts: true
  publishNotReadyAddresses: true
  sessionAffinity: ClientIP
  sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}
  trafficDistribution: PreferSameNode
  ports:
  - {name: http, port: 80, targetPort: web, nodePort: 30080, appProtocol: http}
  - {name: dns, port: 53, protocol: UDP, targetPort: 5353}`,
        'status: {loadBalancer: {ingress: [{ip: 203.0.113.9, ipMode: Proxy}, {ip: "2001:db8::9"}, {hostname: lb.example.com}]}}',
      ),
    ).services
    expect(JSON.parse(JSON.stringify(object))).toEqual({
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {}, ownerReferences: [] },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.7',
        selector: { app: 'web' },
        externalIPs: ['192.0.2.7'],
        externalTrafficPolicy: 'Local',
        internalTrafficPolicy: 'Cluster',
        healthCheckNodePort: 30111,
        loadBalancerIP: '203.0.113.9',
        loadBalancerClass: 'example.com/lb',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        allocateLoadBalancerNodePorts: true,
        publishNotReadyAddresses: true,
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
        trafficDistribution: 'PreferSameNode',
        ports: [
          { name: 'http', protocol: 'TCP', port: 80, targetPort: 'web', nodePort: 30080, appProtocol: 'http' },
          { name: 'dns', protocol: 'UDP', port: 53, targetPort: 5353 },
        ],
      },
      status: {
        loadBalancer: { ingress: [{ ip: '203.0.113.9', ipMode: 'Proxy' }, { hostname: 'lb.example.com' }] },
      },
      source: { file: 'in.yaml', line: 1, live: true },
    })
  })

  it('of two families keeps the IPv4 half, wherever it stands', () => {
    const [object] = read(
      service('{clusterIP: "fd00::7", clusterIPs: ["fd00::7", 10.96.0.7], ports: [{port: 80}]}'),
    ).services
    expect(object!.spec.clusterIP).toBe('10.96.0.7')
  })

  it.each([
    ['{clusterIP: "fd00::7", ports: [{port: 80}]}', 'clusterIP'],
    ['{ipFamilies: [IPv6], ports: [{port: 80}]}', 'ipFamilies'],
  ])('of IPv6 alone is refused by name: %s', (spec, field) => {
    const action = () => read(service(spec))
    expect(action).toThrow(UnsupportedError)
    expect(action).toThrow(
      `in.yaml:4 Service default/web spec.${field}: the IPv6-only Service default/web is not modelled`,
    )
  })

  it('without ports, headless, is allowed', () => {
    expect(read(service('{clusterIP: None}')).services[0]!.spec.clusterIP).toBe('None')
  })

  it('without a port number is for kube-proxy alone', () => {
    for (const [port, message] of [
      ['{name: a}', 'must be given'],
      ['{name: a, port: 0}', 'must be between 1 and 65535, not 0'],
    ] as const) {
      const text = service(`{ports: [${port}]}`)
      expect(problems(() => read(text))).toEqual([expect.stringContaining(`spec.ports[0].port: ${message}`)])
      const objects = read(text, { validation: 'lenient' })
      expect(objects.services[0]!.spec.ports[0]!.port).toBe(0)
      expect(notes(objects)).toEqual([expect.stringContaining(message)])
    }
  })

  it('counts zero and empty target ports as left out', () => {
    const [object] = read(
      service('{ports: [{port: 80, targetPort: 0, nodePort: 0}, {name: b, port: 81, targetPort: ""}]}'),
      {
        validation: 'lenient',
      },
    ).services
    expect(object!.spec.ports.map(({ targetPort, nodePort }) => [targetPort, nodePort])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
  })
})

/** What API servers refuse and kube-proxy takes. */
const REFUSED: [spec: string, problem: string][] = [
  ['{}', 'spec.ports: a Service needs one port at least'],
  ['{type: NodePort, clusterIP: None, ports: [{port: 80}]}', 'spec.clusterIP: may not be None when type is NodePort'],
  ['{type: ExternalName, externalName: "a b"}', 'spec.externalName: must be a DNS name when type is ExternalName'],
  [
    '{type: ExternalName, externalName: a.b, clusterIP: 10.96.0.1}',
    'spec.clusterIP: may not be set when type is ExternalName',
  ],
  ['{ports: [{port: 80}, {port: 81, name: b}]}', 'spec.ports[0].name: must be given when a Service has several ports'],
  [
    '{ports: [{port: 80, name: a}, {port: 81, name: a}]}',
    'spec.ports[1].name: port name "a" stands twice in one Service',
  ],
  [
    '{ports: [{port: 80, name: a}, {port: 80, name: b}]}',
    'spec.ports[1].port: port 80/TCP stands twice in one Service',
  ],
  [
    '{ports: [{port: 80, name: A_b}]}',
    'spec.ports[0].name: "A_b" must be a DNS label: lower case letters, digits and "-", at most 63',
  ],
  [
    '{ports: [{port: 80, targetPort: Web}]}',
    'spec.ports[0].targetPort: must be a number or a port name (15 lower case letters, digits, "-" at most), not "Web"',
  ],
  ['{ports: [{port: 80, nodePort: 30080}]}', 'spec.ports[0].nodePort: may not be set when type is ClusterIP'],
  [
    '{type: NodePort, ports: [{port: 80, nodePort: 80}]}',
    'spec.ports[0].nodePort: must be in the node port range 30000-32767, not 80',
  ],
  [
    '{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]}',
    'spec.ports[1].nodePort: node port 30080/TCP stands twice in one Service',
  ],
  [
    '{externalTrafficPolicy: Local, ports: [{port: 80}]}',
    'spec.externalTrafficPolicy: may only be set when type is NodePort or LoadBalancer, or with externalIPs',
  ],
  [
    '{type: NodePort, externalTrafficPolicy: local, ports: [{port: 80}]}',
    'spec.externalTrafficPolicy: must be one of Cluster, Local, not "local"',
  ],
  [
    '{type: LoadBalancer, healthCheckNodePort: 30000, ports: [{port: 80}]}',
    'spec.healthCheckNodePort: may only be set when type is LoadBalancer and externalTrafficPolicy is Local',
  ],
  [
    '{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 90000}}, ports: [{port: 80}]}',
    'spec.sessionAffinityConfig: clientIP.timeoutSeconds must be between 1 and 86400, not 90000',
  ],
  [
    '{sessionAffinityConfig: {clientIP: {timeoutSeconds: 90}}, ports: [{port: 80}]}',
    'spec.sessionAffinityConfig: may only be set when sessionAffinity is ClientIP',
  ],
  [
    '{sessionAffinity: clientIP, ports: [{port: 80}]}',
    'spec.sessionAffinity: must be one of None, ClientIP, not "clientIP"',
  ],
  [
    '{loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}',
    'spec.loadBalancerSourceRanges: may only be set when type is LoadBalancer',
  ],
  [
    '{type: LoadBalancer, loadBalancerSourceRanges: [010.0.0.0/8], ports: [{port: 80}]}',
    'spec.loadBalancerSourceRanges[0]: must be a network without leading zeros, not "010.0.0.0/8" (write 10.0.0.0/8)',
  ],
  [
    '{type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.000/025], ports: [{port: 80}]}',
    'spec.loadBalancerSourceRanges[0]: must be a network without leading zeros, not "203.0.113.000/025" (write 203.0.113.0/25)',
  ],
  [
    '{trafficDistribution: Near, ports: [{port: 80}]}',
    'spec.trafficDistribution: must be one of PreferClose, PreferSameZone, PreferSameNode, not "Near"',
  ],
  [
    '{externalIPs: [127.0.0.1], ports: [{port: 80}]}',
    'spec.externalIPs[0]: may not be unspecified, loopback, link-local or link-local multicast, as 127.0.0.1 is',
  ],
  [
    '{clusterIP: 10.96.000.7, ports: [{port: 80}]}',
    'spec.clusterIP: must be an IPv4 address without leading zeros, not "10.96.000.7" (write 10.96.0.7)',
  ],
]

describe('what an API server refuses in a Service', () => {
  it.each(REFUSED)('%s', (spec, problem) => {
    expect(problems(() => read(service(spec)))).toEqual([`in.yaml:4 Service default/web ${problem}`])
  })

  it.each(REFUSED)('is a note with lenient validation: %s', (spec, problem) => {
    const objects = read(service(spec), { validation: 'lenient' })
    expect(objects.services).toHaveLength(1)
    expect(notes(objects)).toEqual([`Service default/web ${problem.replace(/ \(write .*\)$/, '')}`])
  })
})

it('an ipMode that nobody knows leaves the address to the load balancer, as kube-proxy reads it', () => {
  const text = service(
    '{type: LoadBalancer, ports: [{port: 80}]}',
    'status: {loadBalancer: {ingress: [{ip: 203.0.113.9, ipMode: vip}]}}',
  )
  const objects = read(text, { validation: 'lenient' })
  expect(objects.services[0]?.status.loadBalancer.ingress).toMatchObject([{ ip: '203.0.113.9', ipMode: 'Proxy' }])
  expect(notes(objects)).toEqual([
    'Service default/web status.loadBalancer.ingress[0].ipMode: must be one of VIP, Proxy, not "vip"',
  ])
})

describe('what nobody can read in a Service', () => {
  it.each<[string, string]>([
    ['{ports: [{port: "80"}]}', 'spec.ports[0].port: must be an integer, not the text "80"'],
    ['{ports: [{port: 80.5}]}', 'spec.ports[0].port: must be an integer, not the number 80.5'],
    ['{ports: [{port: 80, targetPort: 70000}]}', 'spec.ports[0].targetPort: must be between 1 and 65535, not 70000'],
    ['{ports: [80]}', 'spec.ports[0]: must be a mapping, not the number 80'],
    ['{clusterIP: 10.96.0.256, ports: [{port: 80}]}', 'spec.clusterIP: must be an IPv4 address, not "10.96.0.256"'],
    ['{clusterIP: none, ports: [{port: 80}]}', 'spec.clusterIP: must be an IPv4 address, not "none"'],
    [
      '{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0], ports: [{port: 80}]}',
      'spec.loadBalancerSourceRanges[0]: must be an IPv4 network such as 10.0.0.0/8, not "10.0.0.0"',
    ],
    [
      '{type: LoadBalancer, loadBalancerSourceRanges: ["203.0.113.0 /25"], ports: [{port: 80}]}',
      'spec.loadBalancerSourceRanges[0]: must be an IPv4 network such as 10.0.0.0/8, not "203.0.113.0 /25"',
    ],
    [
      '{externalIPs: [" 192.0.2.7"], ports: [{port: 80}]}',
      'spec.externalIPs[0]: must be an IPv4 address, not " 192.0.2.7"',
    ],
    ['{ports: [{port: 80, protocol: tcp}]}', 'spec.ports[0].protocol: must be one of TCP, UDP, SCTP, not "tcp"'],
    [
      '{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]}',
      'spec.sessionAffinityConfig: clientIP.timeoutSeconds must be between 1 and 86400, not 0',
    ],
    ['{selector: [a], ports: [{port: 80}]}', 'spec.selector: must be a mapping, not a list'],
  ])('%s', (spec, problem) => {
    for (const validation of ['strict', 'lenient'] as const) {
      expect(problems(() => read(service(spec), { validation }))).toEqual([`in.yaml:4 Service default/web ${problem}`])
    }
  })
})
