import { formatIpv4, type Ipv4, isLoopback } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { ListenerEvidence } from '../../snapshot/index.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, type Examination, sourceOf } from '../examination.ts'
import { type Found, type Proof, placeOf } from '../finding.ts'
import { allEndpoints, chainOf, portOf, type RuleEndpoint } from '../proxy-rules.ts'
import type { RuleSet } from '../rules.ts'
import type { NamespaceView } from '../world.ts'

/** Whether anybody listens where kube-proxy's rules send to. */

interface Asked {
  readonly view: NamespaceView
  readonly address: Ipv4
  readonly port: number
  readonly protocol: string
  readonly listeners: readonly ListenerEvidence[]
  readonly endpoint: RuleEndpoint
  readonly rules: RuleSet
}

/** Each endpoint of the rules whose namespace was looked at, once. */
function* endpoints(ask: Examination): Iterable<Asked> {
  const seen = new Set<string>()
  for (const node of ask.world.nodes) {
    for (const rules of node.rules ?? []) {
      for (const endpoint of allEndpoints(rules)) {
        const { address, port } = endpoint
        const protocol =
          endpoint.at.rule.ip.protocol?.number === Protocol.UDP
            ? 'udp'
            : endpoint.at.rule.ip.protocol?.number === Protocol.TCP
              ? 'tcp'
              : null
        const key = `${address}:${port}/${protocol}`
        if (protocol === null || seen.has(key)) continue
        seen.add(key)
        const holders = ask.world.holdersOf(address)
        // two of them: that is another finding
        const [holder] = holders
        if (holder === undefined || holders.length > 1) continue
        const listeners = ask.listeners(holder.view)
        if (listeners !== null) yield { view: holder.view, address, port, protocol, listeners, endpoint, rules }
      }
    }
  }
}

function takes({ address, port, protocol }: Asked, one: ListenerEvidence): boolean {
  return one.protocol === protocol && one.port === port && (one.address === 0 || one.address === address)
}

function text({ address, port, protocol, dev }: ListenerEvidence): string {
  return `${protocol} ${address === 0 ? '*' : formatIpv4(address)}${dev === undefined ? '' : `%${dev}`}:${port}`
}

export const listensOnLocalhost: FindingDefinition = {
  code: 'listens-on-localhost-only',
  severity: 'error',
  title: 'A container listens on 127.0.0.1 only',
  explanation:
    'It answers inside its pod (kubectl port-forward, a probe of exec), and refuses whoever comes by the pod’s address.',
  recognised:
    'kube-proxy’s rules translate to an address and port of a namespace, where a socket listens on that port on a loopback address, and none on the address itself or on all.',
  drops: ['NO_SOCKET'],
  *examine(ask) {
    for (const asked of endpoints(ask)) {
      if (asked.listeners.some((one) => takes(asked, one))) continue
      const local = asked.listeners.find(
        (one) => one.protocol === asked.protocol && one.port === asked.port && isLoopback(one.address),
      )
      if (local === undefined) continue
      yield finding(
        asked,
        `${asked.view.name} listens on port ${asked.port} on ${formatIpv4(local.address)} only, and the Service sends to ${formatIpv4(asked.address)}.`,
        { text: text(local), source: sourceOf(asked.view.evidence, 'ss -lntu') },
        'Let the program listen on 0.0.0.0 (its own setting: --host, --bind, listen).',
      )
    }
  },
}

export const nobodyListens: FindingDefinition = {
  code: 'nobody-listens',
  severity: 'error',
  title: 'Nobody listens where a Service sends to',
  explanation:
    'The packet arrives at the right pod, whose kernel refuses it ("connection refused"): the targetPort is wrong, or the program has not started.',
  recognised:
    'kube-proxy’s rules translate to an address and port of a namespace whose listening sockets were told, and none of them takes it.',
  drops: ['NO_SOCKET'],
  *examine(ask) {
    for (const asked of endpoints(ask)) {
      if (asked.listeners.some((one) => one.protocol === asked.protocol && one.port === asked.port)) continue
      const others = asked.listeners.filter((one) => one.protocol === asked.protocol && !isLoopback(one.address))
      const has = others.length === 0 ? 'no port' : others.slice(0, 5).map(text).join(', ')
      yield finding(
        asked,
        `${asked.view.name} does not listen on ${asked.protocol} port ${asked.port}, where a Service sends to; it listens on ${has}.`,
        absent(`${has} listens`, 'ss -lntu', asked.view.evidence),
        `Set the Service’s targetPort to the port that the program listens on${others.length === 1 ? ` (${others[0]!.port})` : ''}, or see why the program does not listen.`,
      )
    }
  },
}

function finding({ view, rules, endpoint }: Asked, title: string, proof: Proof, fix: string): Found {
  return { title, where: placeOf(view.evidence), evidence: [proof, rules.proof(endpoint.at)], fix: [{ text: fix }] }
}

export const nodePortTaken: FindingDefinition = {
  code: 'node-port-taken',
  severity: 'warning',
  title: 'A program of a node listens on a node port',
  explanation:
    'kube-proxy’s rules come first: what is sent to that port goes to the Service, and the program hears nothing.',
  recognised:
    'KUBE-NODEPORTS translates a port on which a socket of the node listens on an address that is not loopback. (kube-proxy itself held all node ports open up to 1.22: where somebody listens on each of several, nothing is said.)',
  *examine(ask) {
    for (const node of ask.world.nodes) {
      for (const rules of node.rules ?? []) {
        const ports = nodePorts(rules)
        const listeners = ports.length === 0 ? null : ask.listeners(node)
        if (listeners === null) continue
        const taken = ports.flatMap((one) => {
          const listener = listeners.find(
            ({ protocol, port, address }) => protocol === one.protocol && port === one.port && !isLoopback(address),
          )
          return listener === undefined ? [] : [{ ...one, listener }]
        })
        // somebody listens on all of them: that is kube-proxy, up to 1.22
        if (ports.length > 1 && taken.length === ports.length) continue
        for (const { protocol, port, listener, proof } of taken) {
          yield {
            title: `${node.name}: a program listens on ${protocol} port ${port}, which is a Service’s node port.`,
            where: placeOf(node.evidence),
            evidence: [{ text: text(listener), source: sourceOf(node.evidence, 'ss -lntu') }, proof],
            fix: [
              {
                text: 'Let the program use another port, or the Service another nodePort. ss -lntup tells which program it is.',
              },
            ],
          }
        }
      }
    }
  },
}

interface NodePort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly proof: Proof
}

/** The node ports of kube-proxy's rules, each once. */
function nodePorts(rules: RuleSet): readonly NodePort[] {
  const found = new Map<string, NodePort>()
  for (const at of rules.rulesOf('nat', 'KUBE-NODEPORTS')) {
    const port = portOf(at.rule)
    const chain = chainOf(at.rule) ?? ''
    if (port === undefined || !/^KUBE-(?:EXT|SVC|SVL|XLB)-/.test(chain)) continue
    const protocol = at.rule.ip.protocol?.number === Protocol.UDP ? 'udp' : 'tcp'
    const key = `${protocol} ${port}`
    if (!found.has(key)) found.set(key, { protocol, port, proof: rules.proof(at) })
  }
  return [...found.values()]
}
