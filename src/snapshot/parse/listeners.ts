import { type Ipv4, tryParseIpv4 } from '../../packet/index.ts'
import type { ListenerEvidence } from '../evidence.ts'
import { linesOf, wordsOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

type Protocol = ListenerEvidence['protocol']

/** Sockets that take what arrives: TCP's and SCTP's that listen, UDP's without a peer. */
const WAITING: ReadonlySet<string> = new Set(['LISTEN', 'UNCONN'])
const OTHER_STATES: ReadonlySet<string> = new Set([
  ...[
    'ESTAB',
    'SYN-SENT',
    'SYN-RECV',
    'FIN-WAIT-1',
    'FIN-WAIT-2',
    'TIME-WAIT',
    'CLOSED',
    'CLOSE-WAIT',
    'LAST-ACK',
    'CLOSING',
  ],
  ...['NEW-SYN-RECV', 'BOUND-INACTIVE'],
])
/** Kinds of sockets that have nothing to do with IPv4 transports. */
const OTHER_KINDS: ReadonlySet<string> = new Set([
  ...[
    'nl',
    'u_str',
    'u_dgr',
    'u_seq',
    'p_raw',
    'p_dgr',
    'icmp6',
    'icmp',
    'raw',
    'raw6',
    'v_str',
    'v_dgr',
    'xdp',
    'tipc',
    'mptcp',
  ],
  ...['dccp', 'ti_rd', 'ti_sq', 'ti_st', 'ti_dg', '???'],
])

/**
 * The sockets of `ss` (iproute2 misc/ss.c) that take connections or datagrams over IPv4. Trap: `*:80` is an IPv6 socket that takes IPv4, too; before
 * iproute2 4.15 it was one of IPv4, and those of IPv6 were `:::80`.
 *
 * @param kind what the command asks for, where only one kind is: then no column says it
 */
export function readSs(text: string, kind: Protocol | null, context: PrintContext): ListenerEvidence[] {
  const found: ListenerEvidence[] = []
  const rows = linesOf(text).map((raw, line) => ({ raw, line, words: wordsOf(raw) }))
  const old = rows.some(({ words }) => words.some((word) => word.startsWith(':::')))
  for (const { raw, line, words } of rows) {
    if (words.length === 0 || words[0] === 'Netid' || words[0] === 'State' || words[0] === 'Recv-Q') continue
    let at = 0
    let protocol = kind
    if (words[0] === 'tcp' || words[0] === 'udp' || words[0] === 'sctp') protocol = words[at++] as Protocol
    else if (OTHER_KINDS.has(words[0]!)) continue
    const state = words[at]
    if (state !== undefined && OTHER_STATES.has(state)) continue
    if (state !== undefined && WAITING.has(state)) at++
    const local = words[at + 2]
    const isNumbers = isNumber(words[at]) && isNumber(words[at + 1])
    // details and processes have lines of their own, with a blank before them
    if (protocol === null || local === undefined || !isNumbers) {
      if (!/^\s/.test(raw)) context.note(`not understood: ${quoted(raw)}`, line)
    } else put(found, protocol, local, old, line, context)
  }
  return found
}

/** The sockets of `netstat -l` (net-tools netstat.c): those of IPv6 take IPv4, too, unless it has the port itself. */
export function readNetstat(text: string, context: PrintContext): ListenerEvidence[] {
  const found: ListenerEvidence[] = []
  const six: { protocol: Protocol; local: string; line: number }[] = []
  for (const [line, raw] of linesOf(text).entries()) {
    const words = wordsOf(raw)
    const [, protocol, family] = /^(tcp|udp|sctp)(6?)$/.exec(words[0] ?? '') ?? []
    if (protocol === undefined) {
      const known = words.length === 0 || /^(Active|Proto|udplite|raw|unix|netstat:|\(|will )/.test(raw)
      if (!known) context.note(`not understood: ${quoted(raw)}`, line)
      continue
    }
    const local = words[3]
    if (local === undefined || (protocol === 'tcp' && words[5] !== 'LISTEN')) continue
    if (protocol === 'udp' && words[5] === 'ESTABLISHED') continue
    if (family === '6') six.push({ protocol: protocol as Protocol, local, line })
    else put(found, protocol as Protocol, local, true, line, context)
  }
  for (const { protocol, local, line } of six) {
    const port = Number(local.slice(local.lastIndexOf(':') + 1))
    const taken = found.some((each) => each.protocol === protocol && each.port === port && each.address === 0)
    if (local.startsWith(':::') && !taken) put(found, protocol, `*:${local.slice(3)}`, false, line, context)
  }
  return found
}

function isNumber(word: string | undefined): boolean {
  return word !== undefined && /^[0-9]+$/.test(word)
}

function put(
  found: ListenerEvidence[],
  protocol: Protocol,
  local: string,
  old: boolean,
  line: number,
  context: PrintContext,
): void {
  const colon = local.lastIndexOf(':')
  const port = local.slice(colon + 1)
  if (colon < 0) {
    context.note(`not understood: ${quoted(local)}`, line)
    return
  }
  if (!/^[0-9]{1,5}$/.test(port)) {
    if (port !== '*') context.note(`the name of a service, not its port: ${quoted(local)}; ask with -n`, line)
    return
  }
  const end = addressOf(local.slice(0, colon), old)
  if (end === undefined) context.note(`not understood: ${quoted(local)}`, line)
  else if (end !== null) found.push({ protocol, port: Number(port), ...end })
}

/** Null: of IPv6 alone. */
function addressOf(
  text: string,
  old: boolean,
): { readonly address: Ipv4; readonly dual: boolean; readonly dev?: string } | null | undefined {
  const percent = text.indexOf('%')
  const dev = percent < 0 ? {} : { dev: text.slice(percent + 1).replace(/]$/, '') }
  let host = percent < 0 ? text : text.slice(0, percent)
  if (host === '*') return { address: 0 as Ipv4, dual: !old, ...dev }
  host = host.replace(/^\[/, '').replace(/]$/, '')
  const mapped = /^::ffff:(?=[0-9.]+$)/i.exec(host)
  const address = tryParseIpv4(mapped === null ? host : host.slice(mapped[0].length))
  if (address !== undefined) return { address, dual: mapped !== null, ...dev }
  if (/^[0-9a-fA-F:.]+$/.test(host) && host.includes(':')) {
    // of old it was not told whether such a socket takes IPv4; most do
    return old && host === '::' ? { address: 0 as Ipv4, dual: true, ...dev } : null
  }
  return undefined
}
