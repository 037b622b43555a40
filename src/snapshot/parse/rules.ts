import { Fields, isIpv6, linesOf, objectsOf, wordsOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** A policy rule in the words of `ip rule`, and the line where it stands, from 0; undefined for JSON. */
export interface RuleLine {
  readonly text: string
  readonly line: number | undefined
}

/** The rules of `ip rule show`, in words or as JSON (`print_rule`, iproute2 ip/iprule.c), all written alike. Those of IPv6 are left out. */
export function readRules(
  print: unknown,
  isJson: boolean,
  context: PrintContext,
): { readonly rules: readonly RuleLine[]; readonly complete: boolean } {
  if (isJson) {
    const all = objectsOf(print, context).map((object, i) => ruleOfJson(new Fields(object, context, `[${i}]`)))
    return { rules: all.flatMap((text) => (text === null ? [] : [{ text, line: undefined }])), complete: true }
  }
  const rules: RuleLine[] = []
  let complete = true
  for (const [line, text] of linesOf(print as string).entries()) {
    const words = wordsOf(text)
    if (words.length === 0) continue
    const [, priority] = /^([0-9]{1,10}):$/.exec(words[0]!) ?? []
    if (priority === undefined || !words.includes('from')) {
      complete = false
      context.note(`not understood: ${quoted(text)}`, line)
    } else if (!isOfIpv6(words)) rules.push({ text: `${priority}:\t${tidy(words.slice(1)).join(' ')}`, line })
  }
  return { rules, complete }
}

function isOfIpv6(words: readonly string[]): boolean {
  return words.some((word, i) => (words[i - 1] === 'from' || words[i - 1] === 'to') && isIpv6(word))
}

/** `-d` says who made each; without it nobody and the kernel go without saying. */
function tidy(words: readonly string[]): readonly string[] {
  const [name, value] = words.slice(-2)
  return name === 'proto' && (value === 'unspec' || value === 'kernel') ? words.slice(0, -2) : words
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['priority', 'not', 'src', 'srclen', 'dst', 'dstlen', 'tos', 'fwmark', 'fwmask', 'iif', 'iif_detached', 'oif'],
  ...['oif_detached', 'l3mdev', 'uid_start', 'uid_end', 'ipproto', 'sport', 'sport_start', 'sport_end', 'dport'],
  ...['dport_start', 'dport_end', 'tun_id', 'table', 'suppress_prefixlen', 'suppress_ifgroup', 'flow_from', 'flow_to'],
  ...['flow', 'masquerade', 'nat_gateway', 'goto', 'unresolved', 'nop', 'action', 'protocol', 'proto'],
])

/** Null: one of IPv6. */
function ruleOfJson(fields: Fields): string | null {
  const words: string[] = []
  const put = (word: string, value: string | undefined) => {
    if (value !== undefined) words.push(word, value)
  }
  if (fields.has('not')) words.push('not')
  const src = prefixOf(fields, 'src') ?? 'all'
  const dst = prefixOf(fields, 'dst')
  if (isIpv6(src) || (dst !== undefined && isIpv6(dst))) return null
  put('from', src)
  put('to', dst)
  put('tos', fields.text('tos'))
  const mark = fields.text('fwmark')
  const mask = fields.text('fwmask')
  put('fwmark', mask === undefined ? mark : `${mark ?? '0'}/${mask}`)
  for (const way of ['iif', 'oif']) {
    put(way, fields.text(way))
    if (fields.has(`${way}_detached`)) words.push('[detached]')
  }
  if (fields.has('l3mdev')) words.push('lookup', '[l3mdev-table]')
  const firstUid = fields.text('uid_start')
  if (firstUid !== undefined) words.push('uidrange', `${firstUid}-${fields.text('uid_end') ?? firstUid}`)
  put('ipproto', fields.text('ipproto'))
  put('sport', rangeOf(fields, 'sport'))
  put('dport', rangeOf(fields, 'dport'))
  put('tun_id', fields.text('tun_id'))
  put('lookup', fields.text('table'))
  put('suppress_prefixlength', fields.text('suppress_prefixlen'))
  put('suppress_ifgroup', fields.text('suppress_ifgroup'))
  const to = fields.text('flow_to') ?? fields.text('flow')
  const from = fields.text('flow_from')
  if (to !== undefined) words.push('realms', from === undefined ? to : `${from}/${to}`)
  if (fields.has('masquerade')) words.push('masquerade')
  put('map-to', fields.text('nat_gateway'))
  put('goto', fields.text('goto'))
  if (fields.has('unresolved')) words.push('[unresolved]')
  if (fields.has('nop')) words.push('nop')
  for (const name of fields.names()) {
    if (KNOWN.has(name)) continue
    words.push(name, ...[fields.shown(name)].filter((word) => word !== ''))
  }
  const action = fields.text('action')
  if (action !== undefined) words.push(action)
  put('proto', fields.text('protocol') ?? fields.text('proto'))
  const priority = fields.number('priority') ?? 0
  return `${priority}:\t${tidy(words).join(' ')}`
}

function prefixOf(fields: Fields, name: string): string | undefined {
  const address = fields.text(name)
  const length = fields.text(`${name}len`)
  return address === undefined || length === undefined ? address : `${address}/${length}`
}

function rangeOf(fields: Fields, name: string): string | undefined {
  const first = fields.text(`${name}_start`)
  return first === undefined ? fields.text(name) : `${first}-${fields.text(`${name}_end`) ?? first}`
}
