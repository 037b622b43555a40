import type { RuleOrigin } from '../../netfilter/rule.ts'
import type { ConntrackStep, Disposition, TraceBranch, Translation } from '../model.ts'
import type { Ink } from './paint.ts'

/** `DNAT 10.96.12.7:7070 → 10.244.2.9:7070`; an ICMP identifier is called by its name. */
export function translationText(translation: Translation): string {
  return `${translation.kind.toUpperCase()} ${endsText(translation)}`
}

/** The same without the kind. */
export function endsText({ from, to, protocol }: Translation): string {
  const end = (text: string): string => (protocol === 'icmp' ? text.replace(':', ' id ') : text)
  return `${end(from)} → ${end(to)}`
}

/** Where it was done, or undone. */
export function placeText({ netns, undone }: Translation): string {
  return undone ? `, undone in ${netns}` : ` in ${netns}`
}

/** Who wrote a rule and for what: `kube-proxy: cluster IP of default/cart:grpc`. */
export function originText({ writer, why, service, port, endpoint }: RuleOrigin): string {
  const parts = why === 'jump' ? [] : [why]
  if (service !== undefined) parts.push(serviceText(service, port))
  if (endpoint !== undefined) parts.push(endpoint)
  return parts.length === 0 ? writer : `${writer}: ${parts.join(', ')}`
}

/** `default/cart:grpc` */
export function serviceText(service: string, port: string | undefined): string {
  return port === undefined ? service : `${service}:${port}`
}

/** The addresses of a conntrack entry; the answers' only where they are not simply the other way round. */
export function entryText({ original, reply }: ConntrackStep): string {
  const [, there = original] = /^\S+ (.*)$/.exec(original) ?? []
  const [, back = reply] = /^\S+ (.*)$/.exec(reply) ?? []
  return isInverse(there, back) ? there : `${there}, answers ${back}`
}

function isInverse(there: string, back: string): boolean {
  const [, src, dst, id = ''] = /^(\S+) > (\S+)( id \d+)?$/.exec(there) ?? []
  return back === `${dst} > ${src}${id}`
}

/** A line of `ip route` without what every route of its kind has. */
export function shortRoute(route: string): string {
  return route.replace(/ (proto|scope|src) \S+/g, '')
}

/** `33.3333 %`; no more digits than are there. */
export function percent(probability: number): string {
  return `${Math.round(probability * 1e6) / 1e4} %`
}

/** What sets a branch apart: `probability 50 %`, `if 10.1.2.3 is in set pods`. */
export function branchText({ probability, conditions = [] }: TraceBranch): string {
  const odds = probability === 1 && conditions.length > 0 ? [] : [`probability ${percent(probability)}`]
  return [...odds, ...(conditions.length > 0 ? [conditionsText(conditions)] : [])].join(', ')
}

/** `if A, and B` */
export function conditionsText(conditions: readonly string[]): string {
  return `if ${conditions.join(', and ')}`
}

export function inkOf(disposition: Disposition): Ink {
  switch (disposition) {
    case 'delivered':
      return 'good'
    case 'left':
    case 'depends':
      return 'warn'
    default:
      return 'bad'
  }
}

/** A disposition and its reason, which often begins with the same word; where it went says enough by itself. */
export function conclusionText(disposition: Disposition, reason: string): string {
  return disposition === 'left' || reason.startsWith(`${disposition} `) ? reason : `${disposition}: ${reason}`
}

/** Breaks a text between words into lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines
}

/** Cuts what is too long for one line. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`
}
