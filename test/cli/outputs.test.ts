import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Topology, TraceData } from '../../src/index.ts'
import { cli, nodeText, podText, SHOP, serviceText } from './support.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kubehop-outputs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FLOW = `trace -f ${SHOP} deploy/frontend svc/cartservice:7070`

async function traced(words: string): Promise<TraceData> {
  const { out, err } = await cli(`${words} -o json`)
  expect(err).toBe('')
  return JSON.parse(out) as TraceData
}

describe('kubehop trace', { timeout: 30_000 }, () => {
  it('tells the assumptions, the way there and the way back', async () => {
    const { code, out, err } = await cli(FLOW)
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('supposed: 2 nodes were made: node-1, node-2')
    expect(out).toMatch(/^request /m)
    expect(out).toMatch(/^reply /m)
    expect(out).toContain('KUBE-SERVICES')
    expect(out).not.toContain('\u001b')
  })

  it('tells as much as is asked for', async () => {
    const [minimal, summary, detailed] = await Promise.all(
      ['minimal', 'summary', 'detailed'].map(async (detail) => (await cli(`${FLOW} --detail ${detail}`)).out.length),
    )
    expect(minimal).toBeLessThan(summary as number)
    expect(summary).toBeLessThan(detailed as number)
    expect((await cli(`${FLOW} --detail minimal`)).out).not.toContain('supposed')
  })

  it('is in colour on a terminal alone', async () => {
    expect((await cli(FLOW, { terminal: true })).out).toContain('\u001b[')
    expect((await cli(FLOW, { terminal: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b[')
  })

  it('gives the same as JSON and YAML, whatever the detail', async () => {
    const json = await traced(FLOW)
    expect(json.disposition).toBe('delivered')
    expect(json.assumptions.length).toBeGreaterThan(5)
    expect(parse((await cli(`${FLOW} -o yaml`)).out)).toEqual(json)
    expect(await traced(`${FLOW} --detail minimal`)).toEqual(json)
  })

  it('draws a sequence diagram', async () => {
    const { out } = await cli(`${FLOW} -o mermaid`)
    expect(out).toMatch(/^sequenceDiagram\n/)
  })

  it('writes every frame to a capture', async () => {
    const { code } = await cli(`${FLOW} --capture flow.pcapng`, { cwd: folder }).then(async (failed) => {
      // the shop is not in that folder
      expect(failed.code).toBe(2)
      return await cli(FLOW.replace(SHOP, path.resolve(SHOP)).concat(' --capture flow.pcapng'), { cwd: folder })
    })
    expect(code).toBe(0)
    const file = path.join(folder, 'flow.pcapng')
    expect(existsSync(file)).toBe(true)
    expect(readFileSync(file).readUInt32BE(0)).toBe(0x0a0d0d0a)
    const tshark = spawnSync('tshark', ['-r', file, '-Y', 'tcp', '-T', 'fields', '-e', 'tcp.dstport'], {
      encoding: 'utf8',
    })
    if (tshark.status === 0) expect(tshark.stdout).toContain('7070')
  })

  it('says when the capture cannot be written, before it says anything else', async () => {
    const { code, out, err } = await cli(`${FLOW} --capture ${folder}/none/flow.pcapng`)
    expect(err).toMatch(/^error: .*flow\.pcapng: the capture cannot be written: there is no such file or folder/)
    expect([out, code]).toEqual(['', 2])
  })

  it('goes on for as many packets as are wanted', async () => {
    const { more = [] } = await traced(`${FLOW} --packets 5`)
    expect(more).toHaveLength(3)
  })

  it('sends from the port, and by the protocol, that are asked for', async () => {
    const { packet, protocol } = await traced(
      `trace -f ${SHOP} pod/web-0 pod/web-1:53 --protocol udp --source-port 5353`,
    )
    expect([protocol, packet.sport, packet.dport]).toEqual(['udp', 5353, 53])
    expect((await traced(`trace -f ${SHOP} pod/web-0 pod/web-1:80 --protocol sctp`)).protocol).toBe('sctp')
    expect((await traced(`trace -f ${SHOP} pod/web-0 pod/web-1 --protocol icmp`)).protocol).toBe('icmp')
  })

  it('draws other lots with another seed, the same with the same, all with --all-branches', async () => {
    const flow = `trace -f ${SHOP} deploy/frontend svc/catalog:80`
    const endpoints = new Set<string | undefined>()
    for (let seed = 0; seed < 12; seed++) endpoints.add((await traced(`${flow} --seed ${seed}`)).endpoint)
    expect(endpoints.size).toBeGreaterThan(1)
    expect((await traced(`${flow} --seed 3`)).endpoint).toBe((await traced(`${flow} --seed 3`)).endpoint)
    expect((await traced(`${flow} --all-branches`)).branches).toHaveLength(4)
  })

  it.each([
    ['svc/reviews:80', 1],
    ['svc/cartservice:7070', 0],
    ['localhost:9090', 0],
    ['9.9.9.9:53', 1],
  ])('to %s exits with %i', async (to, code) => {
    expect((await cli(`trace -f ${SHOP} deploy/frontend ${to}`)).code).toBe(code)
  })

  it('finds names in the namespace of -n, and in another by its name', async () => {
    const inShop = podText('a', '10.244.0.2').replace('name: a,', 'name: a, namespace: shop,')
    const stdin = `${inShop}---\n${podText('b', '10.244.0.3')}`
    const flow = (words: string) => cli(`trace -f - ${words} --detail minimal`, { stdin })
    expect((await flow('-n shop pod/a default/pod/b:80')).code).toBe(0)
    expect((await flow('shop/pod/a pod/b:80')).code).toBe(0)
    const { code, err } = await flow('pod/a pod/b:80')
    expect(code).toBe(2)
    expect(err).toContain('did you mean shop/pod/a?')
  })

  it('only what containers declare listens, if asked', async () => {
    expect((await cli(`trace -f ${SHOP} pod/web-0 pod/web-1:81`)).code).toBe(0)
    const { out, code } = await cli(`trace -f ${SHOP} pod/web-0 pod/web-1:81 --listeners declared`)
    expect(code).toBe(1)
    expect(out).toContain('rejected')
  })
})

describe('what the cluster is', { timeout: 30_000 }, () => {
  const places = async (words: string): Promise<string> => (await cli(`topology -f ${SHOP} ${words}`)).out

  it.each([
    ['--nodes 3', '\nnode-3\n'],
    ['--bridge docker0', 'docker0'],
    ['--pod-cidr 172.20.0.0/16', '172.20.0.1/24'],
    ['--node-cidr 10.1.2.0/24', '10.1.2.11/24'],
    ['--node-cidr-mask-size 26', '10.244.0.65/26'],
    ['--mtu 9000', 'mtu 8950'],
  ])('%s', async (words, shown) => {
    expect(await places(words)).toContain(shown)
  })

  it('host-gw and direct routing have routes by the nodes', async () => {
    const routes = async (words: string): Promise<string> => (await cli(`export -f ${SHOP} ${words}`)).out
    const direct = 'route add 10.244.1.0/24 via 192.168.0.12 dev eth0'
    expect(await routes('')).not.toContain(direct)
    expect(await routes('--backend host-gw')).toContain(direct)
    expect(await routes('--direct-routing')).toContain(direct)
  })

  it('no hairpin, no br_netfilter, no masquerading', async () => {
    const script = (await cli(`export -f ${SHOP} --no-hairpin --no-bridge-nf --no-ip-masq`)).out
    expect(script).not.toContain('hairpin on')
    expect(script).toContain('net.bridge.bridge-nf-call-iptables=0')
    expect(script).not.toContain('FLANNEL-POSTRTG')
  })

  it('services and load balancers have their networks', async () => {
    const { to } = await traced(`${FLOW} --service-cidr 172.30.0.0/16`)
    expect(to.address).toMatch(/^172\.30\./)
    expect(
      (await traced(`trace -f ${SHOP} external svc/storefront:80 --load-balancer-pool 100.64.0.0/24`)).to.address,
    ).toBe('100.64.0.1')
  })
})

describe('kubehop iptables-save', () => {
  it('prints every table, or one', async () => {
    const all = (await cli(`iptables-save -f ${SHOP} --node node-1`)).out
    expect(all.match(/^\*\w+/gm)?.sort()).toEqual(['*filter', '*mangle', '*nat'])
    const { out, err, code } = await cli(`iptables-save -f ${SHOP} --node node-2 -t nat`)
    expect([err, code]).toEqual(['', 0])
    expect(out).toMatch(/^\*nat\n/m)
    expect(out).not.toContain('*filter')
    expect(out).toContain('default/cartservice:grpc cluster IP')
  })

  it('prints what kube-proxy writes', async () => {
    const { out } = await cli(`iptables-save -f ${SHOP} --node node-1 --only kube-proxy`)
    expect(out).toMatch(/^\*filter\n/)
    expect(out).toContain('-A KUBE-SERVICES')
    expect(out).not.toContain('FLANNEL')
  })
})

describe('kubehop topology', () => {
  it('is the same graph in every form', async () => {
    const { namespaces, links } = JSON.parse((await cli(`topology -f ${SHOP} -o json`)).out) as Topology
    expect(namespaces.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['node-1', 'node-2', 'external', 'default/web-0']),
    )
    const text = (await cli(`topology -f ${SHOP}`)).out
    const mermaid = (await cli(`topology -f ${SHOP} -o mermaid`)).out
    const dot = (await cli(`topology -f ${SHOP} -o dot`)).out
    for (const { name } of namespaces) for (const form of [text, mermaid, dot]) expect(form).toContain(name)
    expect(mermaid.match(/===/g)).toHaveLength(links.length)
    expect(dot.match(/penwidth/g)).toHaveLength(links.length)
  })
})

describe('kubehop export', () => {
  it('says what it is, what was supposed, and how to run it', async () => {
    const { out, code } = await cli(`export -f ${SHOP}`)
    expect(code).toBe(0)
    expect(out).toMatch(/^# Builds the network/)
    expect(out).toContain('# supposed: 2 nodes were made')
    expect(spawnSync('bash', ['-n'], { input: out }).status).toBe(0)
  })
})

describe('what export writes', { timeout: 30_000 }, () => {
  it.each(['vxlan', 'host-gw'])('kubehop run builds, too: %s', async (backend) => {
    const script = (await cli(`export -f examples/pods.yaml --backend ${backend}`)).out
    const { out, err, code } = await cli('run -', {
      stdin: `${script}ip netns exec default.a ping -c1 -W1 10.244.1.2\n`,
    })
    expect(err).toBe('')
    expect(out).toContain('64 bytes from 10.244.1.2: icmp_seq=1 ttl=62')
    expect(code).toBe(0)
  })
})

describe('clusters as kubectl prints them', () => {
  it('are taken as they stand, without assumptions about what they say', async () => {
    const items = [
      nodeText('worker-a', '172.18.0.2', '10.10.0.0/24'),
      nodeText('worker-b', '172.18.0.3', '10.10.1.0/24'),
      podText('web-0', '10.10.0.7', 'worker-a'),
      serviceText('web-0', '  type: NodePort\n').replace(
        'ports: [{port: 80}]',
        'clusterIP: 10.43.0.9\n  ports: [{port: 80, nodePort: 30080, targetPort: 80}]',
      ),
    ].map((text) => parse(text) as unknown)
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    const { out, code, err } = await cli('trace -f - pod/web-0 node/worker-b:30080 -o json', { stdin: list })
    expect(err).toBe('')
    expect(code).toBe(0)
    const trace = JSON.parse(out) as TraceData
    expect(trace.from.address).toBe('10.10.0.7')
    expect(trace.to).toMatchObject({ address: '172.18.0.3', port: 30080 })
    expect(trace.assumptions.join('\n')).not.toContain('nodes were made')
  })
})

describe('a second listener on a port of a host', () => {
  it('is told as EADDRINUSE', async () => {
    const clash = ['first', 'second'].map(
      (name) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  nodeName: node-1
  hostNetwork: true
  containers: [{name: main, image: example, ports: [{containerPort: 8080}]}]
`,
    )
    const { out, code } = await cli('trace -f - node/node-2 node/node-1:8080', { stdin: clash.join('---\n') })
    expect(code).toBe(0)
    expect(out).toMatch(/default\/second could not listen on 8080.*EADDRINUSE/)
  })
})
