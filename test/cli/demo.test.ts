import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/cli/command/trace.ts'
import { demoFlows } from '../../src/cli/demo/flows.ts'
import { Cluster, type Disposition, type Trace } from '../../src/index.ts'
import { cli, SHOP } from './support.ts'

const shop = readFileSync(SHOP, 'utf8')

describe('kubehop demo', { timeout: 30_000 }, () => {
  it('shows every flow with its title and lesson, and counts them', async () => {
    const { code, out, err } = await cli('demo')
    expect(err).toBe('')
    expect(code).toBe(0)
    const { out: list } = await cli('demo --list')
    const titles = list
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^ *\d+ {2}/, ''))
    expect(titles.length).toBeGreaterThanOrEqual(28)
    for (const [index, title] of titles.entries()) {
      expect(out).toContain(`── ${index + 1}  ${title} ──`)
      expect(out).toMatch(new RegExp(`^✓ +${index + 1}  ${title}  `, 'm'))
    }
    expect(out).toMatch(new RegExp(`\\n${titles.length} flows, ${titles.length} ended as expected\\n$`))
  })

  it('tells what is supposed once, at the top', async () => {
    const { out } = await cli('demo 1 2')
    expect(out.split('\n').filter((line) => line.includes('supposed: 2 nodes were made'))).toHaveLength(1)
  })

  it('shows the flows that are asked for', async () => {
    const { out, code } = await cli('demo 3 1 --detail minimal')
    expect(code).toBe(0)
    expect([...out.matchAll(/^── (\d+) /gm)].map(([, number]) => number)).toEqual(['3', '1'])
    expect(out).toContain('2 flows, 2 ended as expected')
  })

  it('is in colour on a terminal', async () => {
    const { out } = await cli('demo 1', { terminal: true })
    expect(out).toContain('\u001b[')
    expect((await cli('demo 1')).out).not.toContain('\u001b[')
  })
})

describe.each([
  ['docker0', 'vxlan'],
  ['docker0', 'host-gw'],
  ['cni0', 'vxlan'],
  ['cni0', 'host-gw'],
] as const)('the flows on %s with %s', (bridge, backend) => {
  const cluster = Cluster.fromManifests(shop, { nodes: 2, bridge, backend })
  const flows = demoFlows(cluster)
  const traces = new Map(flows.map((flow) => [flow.title, cluster.trace(flow)]))
  const traceOf = (title: string): Trace => {
    const trace = traces.get(title)
    if (trace === undefined) throw new Error(`no flow is called ${title}`)
    return trace
  }
  const devices = (trace: Trace): string[] => [...trace.hops, ...(trace.reply?.hops ?? [])].map(({ device }) => device)
  const way = (trace: Trace): string[] =>
    trace.translations.map(({ kind, netns, undone }) => `${undone ? 'un-' : ''}${kind} ${netns}`)
  const client = (trace: Trace): string | undefined => trace.seenBy?.client.split(':')[0]
  const podIp = (name: string): string | undefined =>
    cluster.objects.pods.find(({ metadata }) => `pod/${metadata.name}` === name)?.status.podIP

  it.each(flows)('$title', ({ title, expect: end }) => {
    const trace = traceOf(title)
    expect(new Set(trace.branches.map(({ disposition }) => disposition))).toEqual(new Set([end]))
    expect(exitCodeOf(trace.branches)).toBe(end === 'delivered' ? 0 : 1)
  })

  it('containers of a pod meet on lo', () => {
    expect(new Set(devices(traceOf('Container to container, over localhost')))).toEqual(new Set(['lo']))
  })

  it('on one node flannel is not touched', () => {
    for (const title of [
      'Pod to pod, on one node',
      'Pod to a Service, the endpoint on the same node',
      'Node to a pod of its own',
    ]) {
      expect(devices(traceOf(title))).not.toContain('flannel.1')
      expect(devices(traceOf(title))).not.toContain('eth1')
    }
  })

  it('across nodes only vxlan goes through flannel.1', () => {
    expect(devices(traceOf('Pod to pod, across nodes')).includes('flannel.1')).toBe(backend === 'vxlan')
  })

  it('pods reach pods without translation, seen as themselves', () => {
    for (const title of ['Pod to pod, on one node', 'Pod to pod, across nodes']) {
      const trace = traceOf(title)
      expect(trace.translations).toEqual([])
      expect(trace.reply?.translations).toEqual([])
      expect(client(trace)).toBe(trace.data.from.address)
    }
  })

  it('who is masqueraded, and where', () => {
    expect(way(traceOf('Pod to its own node'))).toEqual([])
    expect(way(traceOf('Pod to another node'))).toEqual(['masquerade node-1'])
    expect(way(traceOf('Node to a pod of its own'))).toEqual([])
    expect(way(traceOf('Node to a pod of another node'))).toEqual(backend === 'vxlan' ? [] : ['masquerade node-2'])
    expect(way(traceOf('A pod to itself, through its Service'))).toEqual(['dnat node-2', 'masquerade node-2'])
    expect(way(traceOf('Pod to a Service, the endpoint on another node'))).toEqual(['dnat node-1'])
    expect(way(traceOf('Pod to a host outside'))).toEqual(['masquerade node-1'])
    expect(way(traceOf('A Service whose endpoint is a host outside'))).toEqual(['dnat node-1', 'masquerade node-1'])
  })

  it('the client’s address is kept by externalTrafficPolicy Local alone', () => {
    expect(client(traceOf('NodePort with externalTrafficPolicy Local, on the node that has the pod'))).toBe(
      '198.51.100.10',
    )
    for (const title of [
      'NodePort, on the node that has the pod',
      'NodePort, on a node that has no such pod',
      'An external IP',
    ]) {
      expect(client(traceOf(title))).not.toBe('198.51.100.10')
    }
  })

  it('each endpoint of the grey release has its share', () => {
    const { branches } = traceOf('Two Deployments behind one Service')
    expect(branches).toHaveLength(4)
    for (const { probability } of branches) expect(probability).toBeCloseTo(1 / 4, 6)
    expect(branches.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
    expect(branches.filter(({ endpoint }) => endpoint?.includes('catalog-next'))).toHaveLength(1)
  })

  it('a headless Service has a branch for each pod', () => {
    const { branches } = traceOf('A headless Service')
    expect(branches.map(({ endpoint }) => endpoint?.split(' ')[0]).sort()).toEqual(['default/web-0', 'default/web-1'])
    for (const branch of branches) expect([branch.probability, branch.translations]).toEqual([0.5, []])
  })

  it('replies come back with the addresses that the client knows', () => {
    for (const { title, expect: end } of flows) {
      const { packet, reply } = traceOf(title)
      // in a node the addresses are set back after it came in
      if (end !== 'delivered' || reply === null || reply.hops.at(-1)?.netns.startsWith('node-')) continue
      const last = reply.hops.at(-1)?.steps.find((step) => step.kind === 'received')
      expect(last?.packet.src, title).toBe(packet.dst)
      expect(last?.packet.dst, title).toBe(packet.src)
    }
  })

  it('the same again gives the same bytes', () => {
    for (const flow of flows) expect(JSON.stringify(cluster.trace(flow))).toBe(JSON.stringify(traceOf(flow.title)))
  })

  it('the pod that was named is the one that sends', () => {
    for (const { from, title } of flows)
      if (from.startsWith('pod/') && podIp(from)?.startsWith('10.244.'))
        expect(['127.0.0.1', podIp(from)]).toContain(traceOf(title).data.from.address)
  })
})

describe('exit codes of branches', () => {
  const ends = (...dispositions: Disposition[]): number =>
    exitCodeOf(dispositions.map((disposition) => ({ disposition })))
  it.each([
    [['delivered', 'delivered'], 0],
    [['delivered', 'dropped'], 1],
    [['unanswered'], 1],
    [['rejected'], 1],
    [['left'], 1],
    [['delivered', 'depends'], 3],
    [['dropped', 'depends'], 3],
  ] as const)('%j → %i', (dispositions, code) => {
    expect(ends(...dispositions)).toBe(code)
  })
})
