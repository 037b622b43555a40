import { readFileSync } from 'node:fs'
import { Cluster, type ClusterOptions } from '../../src/index.ts'
import { Protocol } from '../../src/packet/index.ts'

/** Who can reach whom in examples/pods.yaml: pods a and b on node-1, pod c on node-2. */
export const DIRECTIONS = [
  { title: 'pod to pod, one node', from: 'pod/a', to: 'pod/b' },
  { title: 'pod to pod, two nodes', from: 'pod/a', to: 'pod/c' },
  { title: 'node to its own pod', from: 'node/node-1', to: 'pod/a' },
  { title: 'node to another node’s pod', from: 'node/node-2', to: 'pod/a' },
  { title: 'pod to its own node', from: 'pod/a', to: 'node/node-1' },
  { title: 'pod to another node', from: 'pod/a', to: 'node/node-2' },
] as const

export type Direction = (typeof DIRECTIONS)[number]

/** The clusters that differ in what is translated. With --ip-masq both bridges are alike. */
export const SETTINGS = [
  { title: '--ip-masq, vxlan', bridge: 'cni0', backend: 'vxlan', ipMasq: true },
  { title: '--ip-masq, host-gw', bridge: 'cni0', backend: 'host-gw', ipMasq: true },
  { title: 'without, cni0, vxlan', bridge: 'cni0', backend: 'vxlan', ipMasq: false },
  { title: 'without, cni0, host-gw', bridge: 'cni0', backend: 'host-gw', ipMasq: false },
  { title: 'without, docker0, vxlan', bridge: 'docker0', backend: 'vxlan', ipMasq: false },
  { title: 'without, docker0, host-gw', bridge: 'docker0', backend: 'host-gw', ipMasq: false },
] as const satisfies readonly (ClusterOptions & { title: string })[]

/** The port that every client sends from, and where it sends to. */
export const SOURCE_PORT = 40_000
export const PORT = 9100

export function podsCluster(options: ClusterOptions): Cluster {
  const cluster = Cluster.fromManifests(readFileSync('examples/pods.yaml', 'utf8'), { nodes: 2, ...options })
  // nodes serve nothing by themselves
  for (const { sockets } of cluster.network.nodes.values()) sockets.serve(Protocol.TCP, PORT)
  return cluster
}

/** What a server saw of its client. */
export interface Seen {
  readonly address: string
  /** The port was drawn in the place of the client's own. */
  readonly isDrawn: boolean
  readonly isTranslated: boolean
}

/** What the server sees, as the simulator has it. */
export function simulated(cluster: Cluster, { from, to }: Direction): Seen {
  const trace = cluster.trace({ from, to: `${to}:${PORT}`, sourcePort: SOURCE_PORT })
  const [address = '', port] = trace.seenBy?.client.split(':') ?? []
  return { address, isDrawn: Number(port) !== SOURCE_PORT, isTranslated: trace.translations.length > 0 }
}

export function seenText({ address, isDrawn, isTranslated }: Seen): string {
  const port = isDrawn ? 'drawn' : SOURCE_PORT
  return isTranslated ? `**${address}:${port}**` : `${address}:${port}`
}

/** The tables of docs/network-model.md, made of what the simulator says. */
export function modelTables(): { readonly seen: string; readonly conditions: string } {
  const columns = SETTINGS.map((setting) => {
    const cluster = podsCluster(setting)
    return DIRECTIONS.map((direction) => simulated(cluster, direction))
  })
  const seen = table(
    ['', ...SETTINGS.map(({ title }) => title)],
    DIRECTIONS.map(({ title }, row) => [title, ...columns.map((column) => seenText(column[row] as Seen))]),
  )
  const conditions = table(
    ['condition', ...SETTINGS.map(({ title }) => title)],
    [
      ...CONDITIONS.map(({ title, rows }) => [
        title,
        ...columns.map((column) => holds(rows.map((row) => column[row] as Seen))),
      ]),
      ['others see a pod’s own address', ...columns.map((column) => ownAddress(column))],
    ],
  )
  return { seen, conditions }
}

/** Kubernetes' conditions, and the directions (one node, two nodes) that they are about. */
const CONDITIONS = [
  { title: 'pods reach pods without NAT', rows: [0, 1] },
  { title: 'nodes reach pods without NAT', rows: [2, 3] },
  { title: 'pods reach nodes without NAT', rows: [4, 5] },
] as const

function holds([near, far]: readonly Seen[]): string {
  if (near?.isTranslated) return 'no'
  return far?.isTranslated ? 'on one node only' : 'yes'
}

function ownAddress(column: readonly Seen[]): string {
  const isSeen = [1, 5].map((row) => column[row]?.isTranslated === false)
  return isSeen.every(Boolean) ? 'yes' : isSeen[0] ? 'all but other nodes' : 'on its own node only'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
