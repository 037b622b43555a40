import type { Outcome } from './outcome.ts'
import type { Difference, FlowChange } from './question.ts'

/** A difference for people. */
export function differenceText({ compared, changes, remarks }: Difference): string {
  const flows = `${compared} ${compared === 1 ? 'flow' : 'flows'} compared`
  const differ =
    changes.length === 0 ? 'none differs' : `${changes.length} ${changes.length === 1 ? 'differs' : 'differ'}`
  const shared = remarks.before.filter((remark) => remarks.after.includes(remark))
  const only = (side: 'before' | 'after') => remarks[side].filter((remark) => !shared.includes(remark))
  return [
    `${flows}: ${differ}`,
    ...changes.flatMap((change) => ['', ...changeLines(change)]),
    ...remarkLines('supposed on both sides', shared),
    ...remarkLines('supposed before', only('before')),
    ...remarkLines('supposed after', only('after')),
    '',
  ].join('\n')
}

function changeLines({ from, to, protocol, about, before, after }: FlowChange): string[] {
  const end = [
    to,
    protocol === undefined || protocol === 'tcp' ? '' : ` ${protocol}`,
    about === undefined ? '' : ` (${about})`,
  ]
  return [`${from} → ${end.join('')}`, ...outcomeLines('before', before), ...outcomeLines('after', after)]
}

function outcomeLines(side: 'before' | 'after', outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome, index) => `  ${(index === 0 ? side : '').padEnd(6)}  ${outcomeText(outcome)}`)
}

function outcomeText({ disposition, endpoint, client, reason, conditions, probability }: Outcome): string {
  const odds = probability < 1 - 1e-6 ? `${percent(probability)}  ` : ''
  const where = endpoint === undefined ? '' : ` ${disposition === 'delivered' ? 'to' : 'at'} ${endpoint}`
  const as = client === undefined ? '' : `, as ${client}`
  const why = reason === undefined ? '' : `: ${reason}`
  const when = conditions === undefined ? '' : ` (if ${conditions.join(', and ')})`
  return `${odds}${disposition}${where}${as}${why}${when}`
}

function percent(probability: number): string {
  return `${Math.round(probability * 1000) / 10} %`
}

function remarkLines(title: string, remarks: readonly string[]): string[] {
  return remarks.length === 0 ? [] : ['', `${title}:`, ...remarks.map((remark) => `  - ${remark}`)]
}
