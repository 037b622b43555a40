import type { TableName } from '../../netfilter/index.ts'
import { formatIpv4, type Ipv4, parsePrefix, prefixContains } from '../../packet/address.ts'
import type { TraceBranch } from '../../trace/index.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import type { Findings } from '../rebuild/findings.ts'
import { BRIDGE_NAMES } from '../rebuild/kinds.ts'
import type { HostTraceRequest } from './flow-words.ts'
import { type HostWorld, OUTPUT_DEVICE } from './host-world.ts'
import type { Knowledge } from './knowledge.ts'

const SERVICES = parsePrefix('10.96.0.0/12')

/** What was supposed for this packet, of all that could have been told. */
export function tellSupposed(
  evidence: NamespaceEvidence,
  request: HostTraceRequest,
  world: HostWorld,
  knowledge: Knowledge,
  branches: readonly TraceBranch[],
  findings: Findings,
): void {
  const { hook, source, destination } = request
  const text = JSON.stringify(branches)
  const journeys = branches.flatMap((branch) => [branch, ...(branch.reply === null ? [] : [branch.reply])])
  const steps = journeys.flatMap(({ hops }) => hops.flatMap((hop) => hop.steps))
  const missing = new Set(evidence.iptables?.flatMap((told) => told.missing))
  if (missing.has('nat') && looksLikeService(destination, request.port, world.host.netfilter.tables))
    findings.warn(
      `${request.names.to} may be a Service or a published port: without the table nat nobody knows where it leads`,
    )
  if (request.state === undefined && evidence.connections === null && hook !== 'FORWARD')
    findings.assume('the packet begins a connection: conntrack knows none (--state says otherwise)')
  if (request.state === 'ESTABLISHED') findings.assume('its connection is not translated, and has the mark 0')
  const forwarded = steps.some(({ kind }) => kind === 'forwarded')
  if (hook === undefined && !knowledge.routes) {
    if (world.outDevice === OUTPUT_DEVICE && text.includes(OUTPUT_DEVICE))
      findings.assume(
        'there is a route, by a device of which is only known what is said of it (--out names it, ip route tells all)',
      )
    else if (world.outDevice !== null && forwarded)
      findings.assume(`what is not known to be for this host leaves by ${world.outDevice} (--out)`)
    if (world.side === 'outside' && journeys.length > branches.length)
      findings.assume(`answers to ${formatIpv4(source)} leave by the device by which it came in`)
  }
  if (hook === undefined && knowledge.addresses === 'routes')
    findings.assume('the host has the addresses that were told, those of which its routes speak too, and no others')
  if (knowledge.routes && evidence.rules === null && hook === undefined)
    findings.assume('there are no policy rules (ip rule), and no other routing tables that matter')
  for (const [address, device] of world.placeholders)
    if (text.includes(address)) findings.assume(`${address} stands for the address of ${device}, which nobody told`)
  const { inDevice } = world
  if (
    inDevice !== null &&
    forwarded &&
    steps.some((step) => step.kind === 'sent' && step.device === inDevice) &&
    isBridge(evidence, inDevice)
  )
    findings.warn(`${inDevice} is a bridge: between two of its ports frames are bridged, not routed as here`)
  if (evidence.sysctls === null && hook === undefined) {
    if (forwarded) findings.assume('ip_forward is on')
    if (world.side === 'outside') findings.assume('rp_filter lets it in')
  }
  if (evidence.listeners === null && steps.some((step) => step.kind === 'delivered'))
    findings.assume('something listens where it is delivered')
}

function looksLikeService(
  address: Ipv4,
  port: number | undefined,
  tables: ReadonlyMap<TableName, { readonly chains: { keys(): Iterable<string> } }>,
): boolean {
  if (prefixContains(SERVICES, address) || (port !== undefined && port >= 30000 && port <= 32767)) return true
  for (const { chains } of tables.values())
    for (const name of chains.keys()) if (/^(KUBE-|DOCKER)/.test(name)) return true
  return false
}

/** By its kind, else by its name. */
function isBridge({ links }: NamespaceEvidence, name: string): boolean {
  const kind = links?.find((link) => link.name === name)?.kind ?? null
  return kind === null ? BRIDGE_NAMES.test(name) : kind === 'bridge'
}
