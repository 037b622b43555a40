import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { Session } from '../../src/console/index.ts'
import { shopManifest } from '../support/shop.ts'

const SERVICES = { only: ['client', 'near', 'self', 'far', 'empty', 'local'] }

/** A session, and what its commands have printed since it was asked last. */
function visit(namespace?: string) {
  const sink = new TextOutput()
  const session = new Session(Cluster.fromManifests(shopManifest(SERVICES)), { stdout: sink, stderr: sink, namespace })
  return {
    session,
    /** What a line prints. */
    says: (line: string) => {
      sink.text = ''
      session.run(line)
      return sink.text
    },
  }
}

describe('a place', () => {
  it('is the first node to begin with, and then where one goes', () => {
    const { session, says } = visit()
    expect(session.place).toMatchObject({ name: 'node/node-1', hostname: 'node-1' })
    expect(says('cat /etc/hostname')).toBe('node-1\n')
    expect(session.use('pod/client')).toMatchObject({ name: 'pod/client', hostname: 'client' })
    expect(says('cat /etc/hostname')).toBe('client\n')
    expect(session.use('external').name).toBe('external')
  })

  it('goes on with what it did when somebody goes there', () => {
    const { session, says } = visit()
    session.use('external')
    expect(says('ip -br -4 addr show eth0')).toContain('198.51.100.10')
    session.use('node/node-1')
    expect(says('nc -zv -w1 198.51.100.10 80')).toContain('succeeded')
  })

  it('that is none is refused, with the nearest names', () => {
    const { session } = visit()
    expect(() => session.use('node/node-9')).toThrow(/no node node-9.*node-1/)
    expect(() => session.use('svc/near')).toThrow('a Service is an address that pods answer for')
    expect(session.place.name).toBe('node/node-1')
  })
})

describe('files', () => {
  it('of a pod are those that kubelet writes', () => {
    const { session, says } = visit()
    session.use('pod/client')
    const hosts = says('cat /etc/hosts').split('\n')
    expect(hosts.slice(0, 2)).toEqual(['# Kubernetes-managed hosts file.', '127.0.0.1\tlocalhost'])
    expect(hosts.at(-2)).toBe('10.244.0.10\tclient')
    expect(says('cat /etc/resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
  })

  it('of a node are those that flannel writes', () => {
    const { says } = visit()
    expect(says('cat /run/flannel/subnet.env')).toBe(
      'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.0.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n',
    )
  })

  it('that nobody knows are refused by name', () => {
    expect(() => visit().says('cat /etc/resolv.conf')).toThrow('reading /etc/resolv.conf is not modelled')
  })
})

describe('state', () => {
  it('goes on: what a pod sends is in the conntrack table of its node', () => {
    const { session, says } = visit()
    expect(says('conntrack -C')).toBe('0\n')
    session.use('pod/client')
    expect(says('ping -c1 -q 10.244.0.1')).toContain('1 received')
    session.use('node/node-1')
    expect(Number(says('conntrack -C'))).toBeGreaterThan(0)
  })

  it('goes on: rules that are deleted stay deleted', () => {
    const { says } = visit()
    expect(says('iptables -t nat -S')).toContain('KUBE-SERVICES')
    says('iptables -t nat -F')
    expect(says('iptables -t nat -S')).not.toContain('-A ')
  })

  it('goes on: variables and what runs in the background, at each place by itself', () => {
    const { session, says } = visit()
    says('X=here; nc -l -k 5000 &')
    session.use('pod/client')
    expect(says('echo "[$X]"')).toBe('[]\n')
    expect(says('nc -zv -w1 192.168.0.11 5000')).toContain('succeeded')
    session.use('node/node-1')
    expect(says('echo "[$X]"')).toBe('[here]\n')
  })

  it('time passes only while commands run, or somebody waits', () => {
    const { session, says } = visit()
    const before = session.now
    says('echo')
    expect(session.now - before).toBeLessThan(10e6)
    session.wait(60e9)
    expect(session.now - before).toBeGreaterThanOrEqual(60e9)
  })
})

describe('a command', () => {
  it('that waits for what never comes is stopped', () => {
    const { session, says } = visit()
    expect(says('nc -l 5000')).toBe(
      'nothing is left to happen, so what waits was stopped; with & behind it, it waits while you go on\n',
    )
    expect(session.run('true')).toBe(0)
  })

  it('may be a whole line, or words', () => {
    const { session, says } = visit()
    expect(says("sh -c 'echo a | cat; exit 3'; echo $?")).toBe('a\n3\n')
    expect(session.exec(['false'])).toBe(1)
    expect(() => session.exec(['nslookup', 'a'])).toThrow('the command nslookup is not modelled')
  })

  it('on a node sees the namespaces of its pods as the container runtime names them', () => {
    const { says } = visit()
    const names = says('ip netns list').split('\n').filter(Boolean)
    expect(names.length).toBeGreaterThan(1)
    expect(names[0]).toMatch(/^cni-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \(id: \d+\)$/)
    expect(says(`ip netns exec ${names[0]!.split(' ')[0]} ip -4 addr show eth0`)).toContain('inet 10.244.0.')
  })
})
