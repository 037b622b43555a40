import { sortedJson } from './json.ts'
import type { Section } from './types.ts'

/*
 * Lines of a comparison for people, in the words of a trace. Whatever a line says that has no words here is put behind them as it is, so that two
 * lines that differ never read the same.
 */

type Fields = Record<string, unknown>

/** What a line of a section says; a line that is no object stays as it is. */
export function wordsOf(section: Section, text: string): string {
  // the tables at the end are named before their lines
  const name = /^[a-z]+ (?=\{)/.exec(text)?.[0] ?? ''
  if (name !== '') return `${name}${wordsOf(section, text.slice(name.length))}`
  if (!text.startsWith('{')) return text
  const fields = JSON.parse(text) as Fields
  switch (section) {
    case 'commands':
      return commandWords(fields)
    case 'frames':
      return frameWords(fields)
    case 'rules':
      return ruleWords(fields)
    case 'conntrack':
      return conntrackWords(fields)
    default:
      return text
  }
}

/** Takes fields out, so that what is left can be shown. */
function take(fields: Fields, ...names: readonly string[]): unknown[] {
  return names.map((name) => {
    const value = fields[name]
    delete fields[name]
    return value
  })
}

function rest(fields: Fields): string {
  return Object.keys(fields).length === 0 ? '' : ` ${sortedJson(fields)}`
}

function commandWords(fields: Fields): string {
  const [n, line, rc, out] = take(fields, 'n', 'line', 'rc', 'out')
  const printed = out === '' ? 'nothing printed' : `printed ${JSON.stringify(out)}`
  return `command ${n} (${line}): exit code ${rc}, ${printed}${rest(fields)}`
}

/** `10.0.0.1.40000 > 10.0.0.2.80: Flags [S]`; takes its fields. */
function packetWords(fields: Fields): string {
  const [kind, src, dst, sport, dport] = take(fields, 'l3', 'src', 'dst', 'sport', 'dport')
  const ends = `${src}${sport === undefined ? '' : `.${sport}`} > ${dst}${dport === undefined ? '' : `.${dport}`}`
  const [flags, type, code, ttl, length] = take(fields, 'flags', 'type', 'code', 'ttl', 'len')
  const what =
    flags !== undefined
      ? `Flags [${flags}]`
      : type !== undefined
        ? `ICMP type ${type}, code ${code}`
        : String(kind).toUpperCase()
  const size = length === undefined ? '' : `, ${length} octets`
  const left = ttl === undefined ? '' : `, TTL ${ttl}`
  const [quoted, inner, vni] = take(fields, 'quoted', 'inner', 'vni')
  const about = quoted === undefined ? '' : `, about (${packetWords(quoted as Fields)})`
  const inside = inner === undefined ? '' : `, VXLAN, vni ${vni}: ${frameParts(inner as Fields)}`
  return `${ends}: ${what}${left}${size}${about}${inside}`
}

function frameParts(fields: Fields): string {
  const [smac, dmac] = take(fields, 'smac', 'dmac')
  const ethernet = `${smac} > ${dmac}`
  if (fields.l3 === 'arp') {
    const [, op, src, dst] = take(fields, 'l3', 'op', 'src', 'dst')
    const what = op === 1 ? `who-has ${dst} tell ${src}` : op === 2 ? `${src} is here, to ${dst}` : `operation ${op}`
    return `${ethernet}, ARP ${what}${rest(fields)}`
  }
  return `${ethernet}, ${packetWords(fields)}${rest(fields)}`
}

function frameWords(fields: Fields): string {
  const [step, device, way] = take(fields, 'step', 'dev', 'dir')
  take(fields, 'ns')
  const place = step === undefined ? 'repeated' : `command ${step}`
  return `${place}: ${way} ${device}, ${frameParts(fields)}`
}

function ruleWords(fields: Fields): string {
  const [step, chains] = take(fields, 'step', 'chains')
  take(fields, 'ns', 'start')
  const passed = (chains as Fields[]).map((chain) => {
    const [table, name, input, output, packet, state, hits] = take(
      chain,
      'table',
      'chain',
      'in',
      'out',
      'pkt',
      'ct',
      'hits',
    )
    const devices = `${input === undefined ? '' : `, in ${input}`}${output === undefined ? '' : `, out ${output}`}`
    const about = packet === undefined ? '' : ` ${withRest(packet as Fields, packetWords)}`
    const matched = (hits as Fields[]).map(hitWords).join('; ')
    const ct = state === undefined ? '' : `, ct ${state}`
    return `${table} ${name}${devices}${ct}${about}: ${matched}${rest(chain)}`
  })
  return `command ${step}: ${passed.join(' / ')}${rest(fields)}`
}

function withRest(fields: Fields, words: (fields: Fields) => string): string {
  const text = words(fields)
  return `${text}${rest(fields)}`
}

/** `KUBE-SERVICES #3 -j DNAT (ACCEPT)` */
function hitWords(fields: Fields): string {
  const [chain, position, target, verdict] = take(fields, 'chain', 'pos', 'target', 'verdict')
  if (position === 'policy') return `${chain} policy ${verdict}${rest(fields)}`
  const jump = target === '' || target === undefined ? '' : ` -j ${target}`
  return `${chain} #${position}${jump}${verdict === target ? '' : ` (${verdict})`}${rest(fields)}`
}

function conntrackWords(fields: Fields): string {
  const [event, protocol, original, reply, state] = take(fields, 'ev', 'proto', 'orig', 'reply', 'state')
  const what = event === undefined ? 'entry' : String(event).toLowerCase()
  const tuple = (value: unknown): string => (value === undefined ? '' : withRest({ ...(value as Fields) }, tupleWords))
  const answers = reply === undefined ? '' : `, answers ${tuple(reply)}`
  return `${what} ${protocol} ${tuple(original)}${answers}${state === undefined ? '' : `, ${state}`}${rest(fields)}`
}

function tupleWords(fields: Fields): string {
  const [src, dst, sport, dport] = take(fields, 'src', 'dst', 'sport', 'dport')
  return `${src}${sport === undefined ? '' : `:${sport}`} > ${dst}${dport === undefined ? '' : `:${dport}`}`
}
