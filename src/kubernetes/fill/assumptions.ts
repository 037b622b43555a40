/** What kinds of thing kubehop may have to suppose; stable, for programs. */
export type AssumptionCode =
  | 'NODES'
  | 'NODE_ADDRESSES'
  | 'POD_CIDRS'
  | 'NETWORKS'
  | 'PODS'
  | 'PODS_SCHEDULED'
  | 'PODS_PENDING'
  | 'POD_ADDRESSES'
  | 'PODS_READY'
  | 'SERVICES'
  | 'API_SERVERS'
  | 'CLUSTER_IPS'
  | 'NODE_PORTS'
  | 'HEALTH_CHECK_NODE_PORTS'
  | 'LOAD_BALANCER_ADDRESSES'
  | 'ENDPOINT_SLICES'
  | 'MIRRORED_SLICES'

/** Something that the input does not say and kubehop supposed. */
export interface Assumption {
  /** Stable identifier, for instance `POD_ADDRESSES`. */
  readonly code: AssumptionCode
  /** One line for people, with a count and some examples. */
  readonly text: string
}

/** What each kind of assumption says, of one and of several, in the order in which they are told. */
const PHRASES: Readonly<Record<AssumptionCode, readonly [one: string, several: string]>> = {
  NODES: ['node was made', 'nodes were made'],
  NODE_ADDRESSES: ['node got an address', 'nodes got an address'],
  POD_CIDRS: ['node got a pod network', 'nodes got a pod network'],
  NETWORKS: ['network was supposed', 'networks were supposed'],
  PODS: ['pod was made of a workload', 'pods were made of workloads'],
  PODS_SCHEDULED: ['pod was put on a node', 'pods were put on nodes, fewest pods first'],
  PODS_PENDING: ['pod fits on no node', 'pods fit on no node'],
  POD_ADDRESSES: ['pod got an address', 'pods got an address'],
  PODS_READY: [
    'pod without status is taken as running and ready',
    'pods without status are taken as running and ready',
  ],
  SERVICES: ['Service that every cluster has was added', 'Services that every cluster has were added'],
  API_SERVERS: ['node is taken as the API server’s', 'nodes are taken as the API servers’'],
  CLUSTER_IPS: ['Service got a cluster IP', 'Services got a cluster IP'],
  NODE_PORTS: ['node port was given', 'node ports were given'],
  HEALTH_CHECK_NODE_PORTS: ['health check node port was given', 'health check node ports were given'],
  LOAD_BALANCER_ADDRESSES: ['Service got a load balancer address', 'Services got a load balancer address'],
  ENDPOINT_SLICES: [
    'Service got EndpointSlices made of its selector and pods',
    'Services got EndpointSlices made of their selectors and pods',
  ],
  MIRRORED_SLICES: ['EndpointSlice was made of an Endpoints object', 'EndpointSlices were made of Endpoints objects'],
}

/** How many examples each line has: all of a small cluster; whoever shows the line may cut it. */
const EXAMPLES = 100

/** Gathers assumptions: one line for each kind of thing, however many there are. */
export class Assumptions {
  readonly #counts = new Map<AssumptionCode, { count: number; examples: string[] }>()

  /** The example is made only while examples are wanted. */
  add(code: AssumptionCode, example: () => string): void {
    let entry = this.#counts.get(code)
    if (entry === undefined) {
      entry = { count: 0, examples: [] }
      this.#counts.set(code, entry)
    }
    entry.count++
    if (entry.examples.length < EXAMPLES) entry.examples.push(example())
  }

  list(): readonly Assumption[] {
    const codes = Object.keys(PHRASES) as AssumptionCode[]
    return codes.flatMap((code) => {
      const entry = this.#counts.get(code)
      if (entry === undefined) return []
      const examples = entry.examples.join(', ')
      const more = entry.count > entry.examples.length ? ', …' : ''
      return [{ code, text: `${entry.count} ${PHRASES[code][entry.count === 1 ? 0 : 1]}: ${examples}${more}` }]
    })
  }
}
