import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { Session } from '../../src/console/index.ts'

const NODE = `apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
`
const pod = (spec: string) => `${NODE}apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: main}], ${spec}}
`

/** What a file of a pod with such a spec says. */
function fileOf(spec: string, path: string): string {
  const sink = new TextOutput()
  const session = new Session(Cluster.fromManifests(pod(spec)), { stdout: sink, stderr: sink, namespace: 'shop' })
  session.use('pod/web')
  session.run(`cat ${path}`)
  return sink.text
}

const resolver = (spec: string) => fileOf(spec, '/etc/resolv.conf')

const OF_CLUSTER =
  'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n'

describe('/etc/resolv.conf', () => {
  it('with ClusterFirst, and with no policy, leads to the cluster', () => {
    expect(resolver('dnsPolicy: ClusterFirst')).toBe(OF_CLUSTER)
    expect(resolver('hostname: web')).toBe(OF_CLUSTER)
  })

  it('with ClusterFirst in the host’s network is the host’s, with ClusterFirstWithHostNet the cluster’s', () => {
    expect(() => resolver('hostNetwork: true')).toThrow('reading /etc/resolv.conf is not modelled')
    expect(resolver('hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet')).toBe(OF_CLUSTER)
    expect(resolver('dnsPolicy: ClusterFirstWithHostNet')).toBe(OF_CLUSTER)
  })

  it('with Default is the host’s, whatever comes on top', () => {
    expect(() => resolver('dnsPolicy: Default')).toThrow('reading /etc/resolv.conf is not modelled')
    expect(() => resolver('dnsPolicy: Default, dnsConfig: {nameservers: [1.1.1.1]}')).toThrow('is not modelled')
  })

  it('with None is what the config says', () => {
    const config = 'dnsConfig: {nameservers: [1.1.1.1, "fd00::1"], options: [{name: edns0}, {name: ndots, value: "2"}]}'
    expect(resolver(`dnsPolicy: None, ${config}`)).toBe(
      'nameserver 1.1.1.1\nnameserver fd00::1\noptions edns0 ndots:2\n',
    )
  })

  it('gets the config on top of the policy, each word once, and three servers at most', () => {
    const config =
      'dnsConfig: {nameservers: [10.96.0.10, 1.1.1.1, 9.9.9.9], searches: [example.com, cluster.local, _tcp.example.com.], ' +
      'options: [{name: ndots, value: "1"}, {name: rotate}]}'
    expect(resolver(config)).toBe(
      'search shop.svc.cluster.local svc.cluster.local cluster.local example.com _tcp.example.com.\n' +
        'nameserver 10.96.0.10\nnameserver 1.1.1.1\nnameserver 9.9.9.9\noptions ndots:1 rotate\n',
    )
    expect(resolver('dnsConfig: {nameservers: [1.1.1.1, 8.8.8.8, 9.9.9.9]}')).toContain(
      'nameserver 8.8.8.8\noptions ndots:5\n',
    )
  })

  it('loses the search domains that are too many', () => {
    const many = Array.from({ length: 32 }, (_, i) => `d${i}.example.com`)
    const [line] = resolver(`dnsConfig: {searches: [${many.join(', ')}]}`).split('\n')
    expect(line!.split(' ')).toHaveLength(33)
    expect(line).toMatch(/ d28\.example\.com$/)
  })
})

describe('/etc/hosts', () => {
  it('ends with the aliases', () => {
    const aliases = 'hostAliases: [{ip: 10.0.0.1, hostnames: [db, db.example.com]}, {ip: "::1", hostnames: [six]}]'
    expect(fileOf(aliases, '/etc/hosts')).toMatch(
      /\n10\.244\.0\.2\tweb\n\n# Entries added by HostAliases\.\n10\.0\.0\.1\tdb\tdb\.example\.com\n::1\tsix\n$/,
    )
  })

  it('names a pod with a subdomain in full', () => {
    expect(fileOf('hostname: a, subdomain: b', '/etc/hosts')).toMatch(
      /\n10\.244\.0\.2\ta\.b\.shop\.svc\.cluster\.local\ta\n$/,
    )
  })

  it('of a pod in the host’s network is the host’s', () => {
    expect(fileOf('hostNetwork: true, hostAliases: [{ip: 10.1.2.3, hostnames: [db, store]}]', '/etc/hosts')).toBe(
      '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n127.0.1.1\tnode-1\n\n' +
        '# The following lines are desirable for IPv6 capable hosts\n::1     localhost ip6-localhost ip6-loopback\n' +
        'ff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n\n# Entries added by HostAliases.\n10.1.2.3\tdb\tstore\n',
    )
    expect(fileOf('hostNetwork: true', '/etc/hostname')).toBe('node-1\n')
  })
})

it('a pod begins with the settings of its node', () => {
  expect(fileOf('', '/proc/sys/net/ipv4/ip_forward')).toBe('1\n')
  expect(fileOf('', '/proc/sys/net/ipv4/conf/all/accept_redirects')).toBe('0\n')
})
