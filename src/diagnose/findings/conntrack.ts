import { type ParsedFlow, parseFlow } from '../../netfilter/conntrack/parse-flow.ts'
import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { FindingDefinition } from '../definition.ts'
import { lineProof } from '../examination.ts'
import { command, type Found, placeOf } from '../finding.ts'
import type { RuleService } from '../proxy-rules.ts'
import { allEndpoints } from '../proxy-rules.ts'
import type { NamespaceView } from '../world.ts'

/** From this share of the table on it is worth a warning. */
const NEARLY = 0.9
/** Examples of a kind of flow that are shown. */
const SHOWN = 5

export const conntrackFull: FindingDefinition = {
  code: 'conntrack-full',
  severity: 'error',
  title: 'The connection tracking table is full',
  explanation:
    'Every new connection through the node is dropped while the table is full (the log says "nf_conntrack: table full, dropping packet"); existing ones go on.',
  recognised: 'net.netfilter.nf_conntrack_count has reached nf_conntrack_max; from nine tenths on it is a warning.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      const count = ask.number(view, 'net.netfilter.nf_conntrack_count')
      const max = ask.number(view, 'net.netfilter.nf_conntrack_max')
      // 0: no limit
      if (count === null || max === null || max <= 0 || count < max * NEARLY) continue
      const full = count >= max
      yield {
        severity: full ? 'error' : 'warning',
        title: `${view.name}: the connection tracking table ${full ? 'is full' : 'is nearly full'}: ${count} of ${max}.`,
        where: placeOf(view.evidence),
        evidence: [
          ask.sysctlProof(view, 'net.netfilter.nf_conntrack_count'),
          ask.sysctlProof(view, 'net.netfilter.nf_conntrack_max'),
        ],
        fix: [
          command(view.evidence, `sysctl -w net.netfilter.nf_conntrack_max=${Math.max(max * 2, 131_072)}`),
          {
            text: 'To keep it: conntrack.maxPerCore and conntrack.min of kube-proxy’s configuration. Then see who holds so many: conntrack -L',
          },
        ],
      }
    }
  },
}

interface ServiceFlow {
  readonly flow: ParsedFlow
  readonly line: { readonly text: string; readonly source: object }
  readonly service: RuleService
}

/** The connections to addresses of Services that kube-proxy's rules have. */
function* serviceFlows(view: NamespaceView, lines: Parameters<typeof lineProof>[0][]): Iterable<ServiceFlow> {
  const services = new Map<string, RuleService>()
  for (const rules of view.rules ?? []) {
    for (const service of view.services(rules))
      services.set(key(service.address, service.port, service.protocol), service)
  }
  for (const line of lines) {
    const flow = parseFlow(line.text)
    if (flow === null) continue
    const service = services.get(key(flow.original.dst, flow.original.dport, flow.protocol))
    if (service !== undefined) yield { flow, line, service }
  }
}

const key = (address: Ipv4, port: number, protocol: number): string => `${formatIpv4(address)}:${port}/${protocol}`

/** A connection that is over, and only waits for its entry to end. */
const OVER = ['TIME_WAIT', 'CLOSE', 'CLOSE_WAIT', 'LAST_ACK', 'FIN_WAIT']

function nameOf(protocol: number): string {
  return protocol === Protocol.UDP ? 'udp' : protocol === Protocol.TCP ? 'tcp' : String(protocol)
}

function deleteOf(view: NamespaceView, { flow }: ServiceFlow): ReturnType<typeof command> {
  const { src, dst, sport, dport } = flow.original
  const words = `-s ${formatIpv4(src)} -d ${formatIpv4(dst)} --sport ${sport} --dport ${dport}`
  return command(view.evidence, `conntrack -D -p ${nameOf(flow.protocol)} ${words}`)
}

export const conntrackStaleDnat: FindingDefinition = {
  code: 'conntrack-stale-dnat',
  severity: 'error',
  title: 'A connection is still translated to an endpoint that is gone',
  explanation:
    'The first packet of a connection decides its translation, and conntrack keeps it as long as packets come. A UDP client that sends from the same port again and again keeps hitting the old ' +
    'endpoint, although every rule is right.',
  recognised:
    'conntrack has an entry to a Service’s address whose answers come from an endpoint that no KUBE-SEP chain translates to; TCP connections that are over do not count.',
  *examine(ask) {
    for (const view of ask.world.nodes) {
      if (!view.hasServiceRules) continue
      const lines = ask.connections(view)
      if (lines === null) continue
      const endpoints = new Set<string>()
      for (const rules of view.rules ?? []) {
        for (const { address, port } of allEndpoints(rules)) endpoints.add(`${address}:${port}`)
      }
      const stale = [...serviceFlows(view, [...lines])].filter(({ flow, line }) => {
        const { src, sport } = flow.reply
        if (src === flow.original.dst || endpoints.has(`${src}:${sport}`)) return false
        return flow.protocol !== Protocol.TCP || !OVER.some((state) => line.text.includes(` ${state} `))
      })
      yield* byService(stale, (service, flows): Found => {
        const [{ flow }] = flows
        const old = `${formatIpv4(flow.reply.src)}:${flow.reply.sport}`
        const udp = flow.protocol === Protocol.UDP
        return {
          // a TCP connection to a pod that ends may well be on its way out
          severity: udp ? 'error' : 'warning',
          title: `${view.name}: ${flows.length === 1 ? 'a connection' : `${flows.length} connections`} to ${service} still ${flows.length === 1 ? 'goes' : 'go'} to ${old}, which is no endpoint any more.`,
          where: { ...placeOf(view.evidence), object: `Service ${service}` },
          evidence: flows.slice(0, SHOWN).map(({ line }) => lineProof(line as Parameters<typeof lineProof>[0])),
          fix: flows.slice(0, SHOWN).map((one) => deleteOf(view, one)),
        }
      })
    }
  },
}

export const conntrackUntranslated: FindingDefinition = {
  code: 'conntrack-untranslated',
  severity: 'error',
  title: 'A connection to a Service is not translated at all',
  explanation:
    'It began before kube-proxy had a rule for the Service (or while it had no endpoint), and conntrack remembers that nothing was to be translated. A UDP client that keeps its port never gets out of it: its ' +
    'packets leave for the Service’s address, which nobody has.',
  recognised:
    'conntrack has a UDP entry to a Service’s address, which has endpoints, and its answers are expected from that very address.',
  *examine(ask) {
    for (const view of ask.world.nodes) {
      if (!view.hasServiceRules) continue
      const lines = ask.connections(view)
      if (lines === null) continue
      const untranslated = [...serviceFlows(view, [...lines])].filter(
        ({ flow, service }) =>
          flow.protocol === Protocol.UDP && flow.reply.src === flow.original.dst && service.endpoints.length > 0,
      )
      yield* byService(
        untranslated,
        (service, flows): Found => ({
          title: `${view.name}: ${flows.length === 1 ? 'a UDP flow' : `${flows.length} UDP flows`} to ${service} ${flows.length === 1 ? 'is' : 'are'} not translated, though the Service has endpoints.`,
          where: { ...placeOf(view.evidence), object: `Service ${service}` },
          evidence: flows.slice(0, SHOWN).map(({ line }) => lineProof(line as Parameters<typeof lineProof>[0])),
          fix: flows.slice(0, SHOWN).map((one) => deleteOf(view, one)),
        }),
      )
    }
  },
}

/** One finding for all flows of a Service. */
function* byService(
  flows: readonly ServiceFlow[],
  make: (service: string, flows: readonly [ServiceFlow, ...ServiceFlow[]]) => Found,
): Iterable<Found> {
  const groups = new Map<string, [ServiceFlow, ...ServiceFlow[]]>()
  for (const flow of flows) {
    const group = groups.get(flow.service.name)
    if (group === undefined) groups.set(flow.service.name, [flow])
    else group.push(flow)
  }
  for (const [name, group] of groups) yield make(name, group)
}
