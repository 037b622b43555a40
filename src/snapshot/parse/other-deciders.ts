import { formatIpv4, type Ipv4 } from '../../packet/index.ts'
import type { Command } from './command.ts'
import { Fields, linesOf, objectsOf, wordsOf } from './fields.ts'
import type { PrintContext } from './print-context.ts'

/*
 * What else decides over packets: programs and filters of tc, IPsec, IPVS. kubehop models none of them; what is there is told.
 */

/** Queueing disciplines that only order what waits. What they drop when a queue is full, and when they send it, has no model anyway. */
const QUEUES: ReadonlySet<string> = new Set([
  ...[
    'noqueue',
    'mq',
    'pfifo_fast',
    'pfifo',
    'bfifo',
    'fq',
    'fq_codel',
    'fq_pie',
    'codel',
    'pie',
    'sfq',
    'cake',
    'prio',
    'mqprio',
  ],
  'taprio',
])

/** `tc qdisc show`: `qdisc clsact ffff: dev eth0 parent ffff:fff1` (iproute2 tc/tc_qdisc.c). False: tc shows something else. */
export function readQdiscs(args: readonly string[], print: unknown, context: PrintContext): boolean {
  const words = args.filter((word) => !word.startsWith('-'))
  if (words[0] !== 'qdisc' && words[0] !== 'q' && words[0] !== 'qd') return false
  if (words[1] !== undefined && !['show', 'list', 'ls', 'lst'].includes(words[1])) return false
  if (typeof print !== 'string' || /^\s*\[/.test(print)) {
    for (const [i, object] of objectsOf(print, context).entries()) {
      const fields = new Fields(object, context, `[${i}]`)
      putQdisc(fields.text('kind') ?? fields.fail('kind', 'is missing'), fields.text('dev') ?? '', context)
    }
    return true
  }
  for (const [line, text] of linesOf(print).entries()) {
    const [first, kind, ...rest] = wordsOf(text)
    // statistics follow each with -s
    if (first !== 'qdisc' || kind === undefined || /^\s/.test(text)) continue
    putQdisc(kind, rest[rest.indexOf('dev') + 1] ?? '', context, line)
  }
  return true
}

function putQdisc(kind: string, dev: string, context: PrintContext, line?: number): void {
  if (!QUEUES.has(kind)) context.decides(`qdisc ${kind} on ${dev}`, line)
}

/** `ip xfrm policy`, or with `show`. */
export function isXfrmPolicy({ program, args }: Command): boolean {
  if (program !== 'ip') return false
  const [object, which, verb = 'show'] = args.filter((word) => !word.startsWith('-'))
  if (args.some((word) => /^--?n(etns)?$/.test(word))) return false
  return object === 'xfrm' && which !== undefined && 'policy'.startsWith(which) && ['show', 'list', 'ls'].includes(verb)
}

/** Those of sockets (`socket in priority 0`) are daemons' own, which let their key exchange by (iproute2 ip/xfrm_policy.c). */
export function readPolicies(print: unknown, context: PrintContext): boolean {
  if (typeof print !== 'string') context.fail('a text is expected')
  let now: { readonly text: string; readonly line: number } | null = null
  const finish = () => {
    if (now !== null) context.decides(now.text, now.line)
    now = null
  }
  for (const [line, text] of linesOf(print).entries()) {
    const words = wordsOf(text)
    if (words.length === 0) continue
    if (words[0] === 'src' && !/^\s/.test(text)) {
      finish()
      now = words.slice(0, 4).some((word) => word.includes(':'))
        ? null
        : { text: `IPsec policy ${words.join(' ')}`, line }
    } else if (words[0] === 'socket') now = null
  }
  finish()
  return true
}

/** `/proc/net/ip_vs`: `TCP  0A600001:0050 rr` (`ip_vs_info_seq_show`, net/netfilter/ipvs/ip_vs_ctl.c). */
export function readIpvs(text: string, context: PrintContext): boolean {
  for (const [line, raw] of linesOf(text).entries()) {
    const [protocol, end] = wordsOf(raw)
    if (protocol === 'FWM' && end !== undefined) context.decides(`IPVS service of mark 0x${end}`, line)
    else if ((protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP') && end !== undefined) {
      const [, address, port] = /^([0-9A-F]{8}):([0-9A-F]{4})$/.exec(end) ?? []
      // those of IPv6 are in brackets
      if (address === undefined || port === undefined) continue
      const ip = formatIpv4((Number.parseInt(address, 16) | 0) as Ipv4)
      context.decides(`IPVS service ${protocol} ${ip}:${Number.parseInt(port, 16)}`, line)
    }
  }
  return true
}
