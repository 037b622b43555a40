import { type Ipv4, type Mac, tryParseIpv4 } from '../../packet/index.ts'
import type { FdbEvidence } from '../evidence.ts'
import { Fields, linesOf, macOf, objectsOf, requireNumber, wordsOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** The entries of `bridge fdb`, and whether each line was understood. */
export interface FdbPrint {
  readonly entries: FdbEvidence[]
  complete: boolean
}

/** Flags that are told (`fdb_print_flags`, iproute2 bridge/fdb.c). */
const FLAGS: ReadonlySet<string> = new Set(['router', 'extern_learn', 'offload', 'sticky', 'locked', 'dynamic'])

interface Draft {
  dev: string | null
  master: string | null
  dst: string | undefined
  port: number | undefined
  vni: number | undefined
  vlan: number | undefined
  via: string | undefined
  self: boolean
  state: string
  others: string[]
}

function draftOf(dev: string | null): Draft {
  const none = { dst: undefined, port: undefined, vni: undefined, vlan: undefined, via: undefined }
  return { dev, master: null, ...none, self: false, state: '', others: [] }
}

/**
 * The entries of `bridge fdb show`, in words or as JSON (`print_fdb`, iproute2 bridge/fdb.c).
 *
 * @param dev the device that the command asks for, and that is not printed then
 */
export function readFdb(print: unknown, isJson: boolean, dev: string | null, context: PrintContext): FdbPrint {
  const found: FdbPrint = { entries: [], complete: true }
  if (isJson) {
    for (const [i, object] of objectsOf(print, context).entries()) {
      ofJson(new Fields(object, context, `[${i}]`), dev, found, context)
    }
    return found
  }
  for (const [line, text] of linesOf(print as string).entries()) {
    const words = wordsOf(text)
    if (words.length > 0) ofWords(words, text, line, dev, found, context)
  }
  return found
}

function ofWords(
  words: readonly string[],
  text: string,
  line: number,
  asked: string | null,
  found: FdbPrint,
  context: PrintContext,
): void {
  const mac = macOf(words[0])
  if (mac === undefined) {
    found.complete = false
    context.note(`not understood: ${quoted(text)}`, line)
    return
  }
  const draft = draftOf(asked)
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!
    if (word === 'dev') draft.dev = words[++i] ?? null
    else if (word === 'master') draft.master = words[++i] ?? null
    else if (word === 'dst') draft.dst = words[++i]
    else if (word === 'port' || word === 'vni' || word === 'vlan')
      draft[word] = requireNumber(words[++i], word, context, line)
    else if (word === 'via') {
      draft.via = words[++i]
      if (draft.via === 'ifindex') draft.via = `if${words[++i] ?? ''}`
    } else if (word === 'self') draft.self = true
    else if (word === 'permanent' || word === 'static' || word === 'stale' || word === 'reachable') draft.state = word
    else if (word === 'used') i++
    else if (word === 'nhid' || word === 'src_vni' || word === 'link-netnsid')
      draft.others.push(`${word} ${words[++i] ?? ''}`)
    else {
      if (!FLAGS.has(word)) context.note(`entry ${words[0]}: not understood: ${quoted(word)}`, line)
      draft.others.push(word)
    }
  }
  put(mac, draft, line, found, context)
}

const IGNORED: ReadonlySet<string> = new Set([
  ...['mac', 'ifname', 'dev', 'master', 'dst', 'port', 'vni', 'vlan', 'viaIf', 'viaIfIndex', 'state', 'flags'],
  ...['used', 'updated', 'flags_ext'],
])

function ofJson(fields: Fields, asked: string | null, found: FdbPrint, context: PrintContext): void {
  const mac = macOf(fields.text('mac')) ?? fields.fail('mac', 'is no Ethernet address')
  const draft = draftOf(fields.text('ifname') ?? fields.text('dev') ?? asked)
  draft.master = fields.text('master') ?? null
  draft.dst = fields.text('dst')
  for (const name of ['port', 'vni', 'vlan'] as const) draft[name] = fields.number(name)
  const index = fields.text('viaIfIndex')
  draft.via = index === undefined ? fields.text('viaIf') : `if${index}`
  draft.state = fields.text('state') ?? ''
  const flags = fields.texts('flags')
  draft.self = flags.includes('self')
  for (const flag of flags) if (flag !== 'self' && flag !== 'master') draft.others.push(flag)
  for (const name of fields.names()) {
    if (IGNORED.has(name)) continue
    const word = name === 'linkNetNsId' ? 'link-netnsid' : name
    draft.others.push(`${word} ${fields.shown(name)}`.trimEnd())
  }
  put(mac, draft, undefined, found, context)
}

function put(mac: Mac, draft: Draft, line: number | undefined, found: FdbPrint, context: PrintContext): void {
  const { dev, port, vni, vlan, via, state, others } = draft
  if (dev === null) context.fail('an entry without a device', line)
  let dst: Ipv4 | null = null
  if (draft.dst !== undefined) {
    const address = tryParseIpv4(draft.dst)
    if (address !== undefined) dst = address
    else if (draft.dst.includes(':')) others.push(`dst ${draft.dst}`)
    else context.fail(`an address is expected, not ${quoted(draft.dst)}`, line)
  }
  const known = state === 'permanent' || state === 'static' || state === 'stale' || state === 'reachable'
  if (state !== '' && !known) others.push(state)
  others.sort()
  found.entries.push({
    mac,
    dev,
    master: draft.master,
    dst,
    ...(port !== undefined && { port }),
    ...(vni !== undefined && { vni }),
    ...(via !== undefined && { via }),
    ...(vlan !== undefined && { vlan }),
    ...(others.length > 0 && { others }),
    self: draft.self,
    state: known ? state : '',
    source: context.at(line),
  })
}
