import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProxyDiff } from '../../src/index.ts'
import { restoreTables } from '../../src/netfilter/command/restore.ts'
import { saveTables } from '../../src/netfilter/text/save.ts'
import { cli, SHOP } from './support.ts'

const SCHEMA = new URL('../../docs/proxy-diff.schema.json', import.meta.url)
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
)

interface Given {
  readonly web?: string
  readonly dns?: string
  readonly zone?: string
  readonly address?: string
}

/** Two Services on one node, one of them by UDP. */
function manifests({
  web = '10.244.1.2',
  dns = '10.244.1.4',
  zone = 'a',
  address = '192.168.0.11',
}: Given = {}): string {
  const slice = (name: string, ip: string, port: number, protocol: string) => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: ns, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
endpoints: [${ip === '' ? '' : `{addresses: [${ip}], nodeName: node-1}`}]
ports: [{name: p, port: ${port}, protocol: ${protocol}}]
`
  return `apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {topology.kubernetes.io/zone: ${zone}}}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: ${address}}]}
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ns}
spec: {type: NodePort, clusterIP: 10.96.0.20, ports: [{name: p, port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: dns, namespace: ns}
spec: {clusterIP: 10.96.0.10, ports: [{name: p, port: 53, protocol: UDP}]}
${slice('web', web, 8080, 'TCP')}${slice('dns', dns, 5353, 'UDP')}`
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kubehop-proxy-diff-'))
  const files: Record<string, Given> = {
    before: {},
    moved: { web: '10.244.1.3' },
    dns: { dns: '10.244.1.5' },
    zone: { zone: 'b' },
    address: { address: '192.168.0.12' },
  }
  for (const [name, given] of Object.entries(files)) writeFileSync(path.join(folder, `${name}.yaml`), manifests(given))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const diff = (after: string, words = '', stdin = '') =>
  cli(`proxy-diff --before before.yaml --after ${after} --node node-1 ${words}`.trim(), { cwd: folder, stdin })

async function data(after: string, words = ''): Promise<ProxyDiff> {
  const { out, err } = await diff(after, `-o json ${words}`.trim())
  expect(err).toBe('')
  const parsed = JSON.parse(out) as ProxyDiff
  expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true)
  return parsed
}

describe('kubehop proxy-diff', () => {
  it('tells what a sync writes, in the way of iptables-restore', async () => {
    const { code, out, err } = await diff('moved.yaml')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toMatch(/^# kube-proxy on node-1: partial sync\n# because EndpointSlices changed, of ns\/web\n/)
    expect(out).toMatch(/^# {3}KUBE-SEP-\w+ +new +ns\/web:p 10\.244\.1\.3:8080$/m)
    expect(out).toMatch(/^# {3}KUBE-EXT-\w+ +same +ns\/web:p$/m)
    expect(out).toMatch(/^# deletes 1 chain of Services:\n# {3}KUBE-SEP-\w+ +ns\/web:p 10\.244\.1\.2:8080\n/m)
    expect(out).not.toContain('conntrack -D')
    expect((await diff('moved.yaml', '-o restore')).out).toBe(out.replace(/^#.*\n/gm, ''))
  })

  it('the text, summary and all, makes the new tables of the old ones', async () => {
    const saved = async (file: string) => (await cli(`iptables-save -f ${file} --node node-1`, { cwd: folder })).out
    for (const file of ['moved.yaml', 'dns.yaml', 'zone.yaml']) {
      const { tables } = restoreTables(await saved('before.yaml'), new Map())
      const { tables: after, errors } = restoreTables((await diff(file)).out, tables, { noflush: true })
      expect(errors).toEqual([])
      expect(saveTables(after)).toBe(await saved(file))
    }
  })

  it('nothing to do: nothing for iptables-restore, and the exit code 0', async () => {
    expect(await diff('before.yaml')).toEqual({ code: 0, out: '# kube-proxy on node-1: nothing to do\n', err: '' })
    expect(await diff('before.yaml', '-o restore')).toEqual({ code: 0, out: '', err: '' })
    expect(await diff('before.yaml', '-o diff')).toEqual({ code: 0, out: '', err: '' })
    expect(await data('before.yaml')).toMatchObject({ sync: 'none', chains: [], restore: '', services: [] })
  })

  it('as data', async () => {
    const { sync, services, chains, conntrack } = await data('moved.yaml')
    expect({ sync, services, conntrack }).toEqual({
      sync: 'partial',
      services: ['ns/web'],
      conntrack: { cleaned: false, flows: [] },
    })
    const own = chains.filter(({ service }) => service !== undefined).map(({ name: _, ...rest }) => rest)
    expect(own).toEqual([
      { table: 'nat', change: 'same', service: 'ns/web', port: 'p' },
      { table: 'nat', change: 'changed', service: 'ns/web', port: 'p' },
      { table: 'nat', change: 'new', service: 'ns/web', port: 'p', endpoint: '10.244.1.3:8080' },
      { table: 'nat', change: 'deleted', service: 'ns/web', port: 'p', endpoint: '10.244.1.2:8080' },
    ])
    expect(chains.filter(({ service }) => service === undefined).map(({ change }) => change)).toEqual(
      Array.from({ length: 10 }, () => 'same'),
    )
  })

  it('the rules that come and go', async () => {
    const { code, out } = await diff('moved.yaml', '-o diff')
    expect(code).toBe(1)
    expect(out).toMatch(/^--- node-1 before\n\+\+\+ node-1 after\n@@ /)
    const changed = out.split('\n').filter((line) => /^[-+]-A KUBE-SEP/.test(line))
    expect(changed.map((line) => line[0]).sort()).toEqual(['+', '+', '-', '-'])
    // a full sync that writes what was there changes no rule
    expect(await diff('zone.yaml', '-o diff')).toEqual({ code: 0, out: '', err: '' })
  })

  it('what a change of the node does', async () => {
    expect(await data('zone.yaml')).toMatchObject({
      sync: 'full',
      reasons: [{ kind: 'topology', what: 'zone a → b' }],
      services: null,
    })
    expect((await diff('address.yaml')).out).toContain(
      '# because kube-proxy ends and is started again: addresses of the Node: 192.168.0.11 → 192.168.0.12\n',
    )
  })

  it('which UDP connections are deleted: as filters, and of given entries', async () => {
    const command =
      'conntrack -D -p udp --orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.244.1.4 --reply-port-src 5353'
    expect((await diff('dns.yaml')).out).toContain(`#   ${command}\n`)
    const entry = (endpoint: string, protocol = 'udp      17 29') =>
      `${protocol} src=10.244.1.9 dst=10.96.0.10 sport=4000 dport=53 src=${endpoint} dst=10.244.1.9 sport=5353 dport=4000 mark=0 use=1`
    const entries = [
      entry('10.244.1.4'),
      entry('10.244.1.5'),
      entry('10.244.1.4', 'tcp      6 100 ESTABLISHED'),
      'icmp',
    ]
    writeFileSync(path.join(folder, 'entries'), `${entries.join('\n')}\n`)
    const { conntrack } = await data('dns.yaml', '--conntrack entries')
    expect(conntrack.flows.map((flow) => flow.command)).toEqual([command])
    expect(conntrack.entries).toEqual([entries[0]])
    const { out } = await diff('dns.yaml', '--conntrack -', `${entries[1]}\n`)
    expect(out).toContain('# deletes these of the given entries:\n#   none\n')
    // kube-proxy does not look when no UDP endpoint has changed
    expect((await data('moved.yaml', '--conntrack entries')).conntrack.entries).toEqual([])
  })

  it('what was made for workloads stays what it was', async () => {
    const shop = readFileSync(SHOP, 'utf8')
    const front =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: aaa}\nspec: {replicas: 3, selector: {matchLabels: {app: aaa}}, template: {metadata: {labels: {app: aaa}}, spec: {containers: [{name: c, image: i}]}}}\n---\n'
    const after = front + shop
    const { code, out, err } = await cli(`proxy-diff --before ${SHOP} --after - --node node-1`, { stdin: after })
    expect({ code, out, err }).toEqual({ code: 0, out: '# kube-proxy on node-1: nothing to do\n', err: '' })
  })

  it('refuses kube-proxies that write other rules', async () => {
    const ipvs = manifests().replace('clusterCIDR:', 'mode: ipvs\nclusterCIDR:')
    const { code, err } = await cli('proxy-diff --before before.yaml --after - --node node-1', {
      cwd: folder,
      stdin: ipvs,
    })
    expect(code).toBe(2)
    expect(err).toContain('mode ipvs')
  })

  it('says what is wrong', async () => {
    const { code, err } = await cli('proxy-diff --before - --after - --node node-1')
    expect(code).toBe(2)
    expect(err).toContain('standard input can be read only once')
    expect((await cli('proxy-diff --before before.yaml --node node-1', { cwd: folder })).err).toContain(
      '--after FILE is missing',
    )
    expect((await diff('none.yaml')).err).toContain('there is no such file')
    expect((await diff('moved.yaml', '--conntrack none')).err).toContain('there is no such file')
  })
})
