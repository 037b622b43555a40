import { formatIpv4 } from '../packet/address.ts'
import { type SocketErrno, socketErrorText } from '../sockets/index.ts'
import type { Disposition } from './model.ts'
import type { JourneyRecord } from './record.ts'
import { commandOf, hitText } from './rule-text.ts'
import { BY_NAT } from './steps.ts'

/** How something ended, and why, in one sentence. */
export interface Conclusion {
  readonly disposition: Disposition
  readonly reason: string
}

/** What must be known to tell how a packet ended. */
export interface EndFrame {
  readonly source: string
  readonly beyond: ReadonlySet<string>
  /** For answers: the namespace that they must come to. */
  readonly target?: string
}

/** Drops of the host that the packet was for, which it answers with a reset or an ICMP error. */
const REFUSALS: ReadonlySet<string> = new Set(['NO_SOCKET', 'IP_NOPROTO'])

/** Did the trace end before the packet? Of one that runs in a circle copies may have come to an end. */
export function isUnfinished({ end, overflow }: JourneyRecord): boolean {
  return end === null || (overflow && end.kind !== 'delivered')
}

/** How one packet ended. */
export function endOf(record: JourneyRecord, { source, beyond, target }: EndFrame): Conclusion {
  const { end } = record
  if (end === null || isUnfinished(record)) {
    const why = record.overflow ? 'it runs in a circle' : 'it was still on its way when the trace ended'
    return { disposition: 'dropped', reason: `NOT_SPECIFIED: ${why}` }
  }
  const where = end.hop.netns
  switch (end.kind) {
    case 'delivered':
      if (target !== undefined && where !== target) {
        return { disposition: 'dropped', reason: `delivered in ${where} to ${end.to}, not to its client` }
      }
      return { disposition: 'delivered', reason: `delivered in ${where} to ${end.to}` }
    case 'depends':
      return {
        disposition: 'depends',
        reason: `depends on ${end.what}${end.rule === null ? '' : `, which is not modelled: ${commandOf(end.rule)}`}, in ${where}`,
      }
    case 'hook-drop': {
      const { rule } = end
      if (rule?.rule?.target?.kind === 'REJECT') {
        return { disposition: 'rejected', reason: `REJECT: -t ${rule.table} ${hitText(rule)}, in ${where}` }
      }
      return {
        disposition: 'dropped',
        reason: `NETFILTER_DROP: ${rule === null ? BY_NAT : commandOf(rule)}, in ${where}`,
      }
    }
    case 'dropped':
      if (REFUSALS.has(end.reason)) {
        return { disposition: 'rejected', reason: `${end.reason}: ${end.by}, in ${where}` }
      }
      if (beyond.has(where) && where !== source) {
        return { disposition: 'left', reason: `left the modelled network for ${formatIpv4(end.to)}` }
      }
      return { disposition: 'dropped', reason: `${end.reason}: ${end.by}, in ${where}` }
  }
}

/** How it all ended, from both ways. No request: the sender's own system call failed. */
export function conclude(
  request: JourneyRecord | null,
  reply: JourneyRecord | null,
  frame: EndFrame & { readonly error: string | null },
): Conclusion {
  if (request === null) return unsent(frame.error)
  const way = endOf(request, frame)
  if (way.disposition === 'rejected' && reply === null) {
    // such as a broadcast that no socket wants: Linux answers none with an error
    return { disposition: 'dropped', reason: `${way.reason}; no refusal was sent` }
  }
  if (way.disposition !== 'delivered') return way
  if (reply === null) return { disposition: 'unanswered', reason: `${way.reason}; no answer was sent` }
  const back = endOf(reply, { ...frame, target: frame.source })
  if (back.disposition === 'delivered') return { disposition: 'delivered', reason: `${way.reason}, and answered` }
  if (back.disposition === 'depends') return back
  return { disposition: 'unanswered', reason: `${way.reason}; the answer was lost: ${back.reason}` }
}

function unsent(error: string | null): Conclusion {
  if (error === null) return { disposition: 'dropped', reason: 'NOT_SPECIFIED: nothing was sent' }
  const text = socketErrorText(error as SocketErrno)
  return { disposition: 'dropped', reason: `${error}: ${text}: nothing was sent` }
}
