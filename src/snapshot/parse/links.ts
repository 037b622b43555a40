import { MAC_ZERO } from '../../packet/index.ts'
import type { AddressEvidence } from '../evidence.ts'
import { Fields, linesOf, macOf, numberOf, objectsOf, requireAddress, requireNumber, wordsOf } from './fields.ts'
import type { LinkDraft } from './link-draft.ts'
import { bridgeOf, onOff, pairsOf, portOf, vxlanOfJson, vxlanOfWords } from './link-kinds.ts'
import { type PrintContext, quoted } from './print-context.ts'

type Draft<T> = { -readonly [name in keyof T]: T[name] }

/**
 * The devices of `ip link` or `ip address`, in words or as JSON (`print_linkinfo` and `print_addrinfo`, iproute2 ip/ipaddress.c), with details,
 * statistics and in one line each as they may come.
 *
 * @param withAddresses the command tells addresses: a device without is one that has none
 */
export function readLinks(print: unknown, isJson: boolean, withAddresses: boolean, context: PrintContext): LinkDraft[] {
  return isJson
    ? linksOfJson(print, withAddresses, context)
    : new LinkReader(withAddresses, context).read(print as string)
}

/** First words of lines that tell nothing that counts here. */
const OTHER_LINES: ReadonlySet<string> = new Set([
  'inet6',
  'valid_lft',
  'altname',
  'alias',
  'RX:',
  'TX:',
  'RX',
  'TX',
  'vf',
  'link-netnsid',
  'offload_xstats',
])
/** Words of the first line that have a value and do not count. */
const HEAD_VALUES: ReadonlySet<string> = new Set(['qdisc', 'state', 'mode', 'group', 'protodown_reason', 'protodown'])

class LinkReader {
  readonly #withAddresses: boolean
  readonly #context: PrintContext
  readonly #drafts: LinkDraft[] = []
  readonly #byName = new Map<string, LinkDraft>()
  #now: LinkDraft | null = null
  /** The line of the link layer told details. */
  #detailed = false
  /** Details with the least MTU (since iproute2 4.20). */
  #limits = false

  constructor(withAddresses: boolean, context: PrintContext) {
    this.#withAddresses = withAddresses
    this.#context = context
  }

  read(text: string): LinkDraft[] {
    const lines = linesOf(text)
    for (let i = 0; i < lines.length; i++) {
      // `-o` puts a backslash where a line ends
      for (const part of lines[i]!.includes('\\') ? lines[i]!.split('\\') : [lines[i]!]) this.#line(part, i)
    }
    return this.#drafts
  }

  #line(line: string, i: number): void {
    const words = wordsOf(line)
    const [first, second] = words
    if (first === undefined) return
    const begins = /^[0-9]+:$/.test(first) && !/^\s/.test(line)
    if (begins && second?.endsWith(':') === true) this.#head(words, i)
    else if (begins && (words[2] === 'inet' || words[2] === 'inet6')) {
      // `-o`: each address has a line with the name before it
      this.#now = this.#draft(second!, i)
      this.#now.ifindex ??= requireNumber(first.slice(0, -1), 'an index', this.#context, i)
      this.#addresses()
      if (words[2] === 'inet') this.#address(words.slice(2), i)
    } else if (this.#now === null) this.#context.note(`not understood: ${quoted(line)}`, i)
    else this.#more(this.#now, first, words, line, i)
  }

  #draft(name: string, i: number): LinkDraft {
    let draft = this.#byName.get(name)
    if (draft === undefined) {
      draft = { name, source: this.#context.at(i) }
      this.#byName.set(name, draft)
      this.#drafts.push(draft)
    }
    return draft
  }

  #head(words: readonly string[], i: number): void {
    const ifindex = requireNumber(words[0]!.slice(0, -1), 'an index', this.#context, i)
    const [name, below] = splitName(words[1]!.slice(0, -1))
    const draft = this.#draft(name, i)
    this.#now = draft
    this.#detailed = false
    this.#limits = false
    draft.ifindex = ifindex
    draft.master = null
    draft.txQueueLength = 0
    putBelow(draft, below)
    if (this.#withAddresses) draft.addresses ??= []
    const flags = words[2]
    if (flags === undefined || !flags.startsWith('<') || !flags.endsWith('>'))
      this.#context.fail('flags are expected', i)
    draft.flags = new Set(flags.slice(1, -1).split(','))
    if (draft.flags.has('LOOPBACK')) draft.kind = 'loopback'
    for (let at = 3; at < words.length; at++) {
      const word = words[at]!
      if (word === 'mtu') draft.mtu = requireNumber(words[++at], 'an MTU', this.#context, i)
      else if (word === 'qlen') draft.txQueueLength = requireNumber(words[++at], 'a queue length', this.#context, i)
      else if (word === 'master') draft.master = words[++at] ?? null
      // with -4 there is no line of the link layer, and this stands here
      else if (word === 'link-netnsid' || word === 'link-netns') this.#otherEnd(draft, word, words[++at], i)
      else if (HEAD_VALUES.has(word)) at++
      else if (word.startsWith('xdp')) this.#context.decides(`XDP program on ${name}`, i)
      else this.#context.note(`${name}: not understood: ${quoted(word)}`, i)
    }
  }

  #more(draft: LinkDraft, first: string, words: readonly string[], line: string, i: number): void {
    if (first.startsWith('link/')) this.#linkLayer(draft, words, i)
    else if (first === 'inet') this.#address(words, i)
    else if (OTHER_LINES.has(first) || numberOf(first) !== undefined) return
    else if (first.startsWith('prog/') || first.startsWith('xdp'))
      this.#context.decides(`XDP program on ${draft.name}`, i)
    else if (first === 'bridge_slave') {
      const get = pairsOf(words, 1)
      const port = portOf(get('state'), onOff(get), get)
      if (port !== undefined) draft.port = port
    } else if (!/^\s/.test(line)) this.#context.note(`not understood: ${quoted(line)}`, i)
    else if (!this.#detailed) this.#context.note(`${draft.name}: not understood: ${quoted(line)}`, i)
    else if (!first.endsWith('_slave')) this.#kind(draft, first, words, i)
  }

  #linkLayer(draft: LinkDraft, words: readonly string[], i: number): void {
    draft.mac = macOf(words[1]) ?? MAC_ZERO
    for (let at = 1; at < words.length; at++) {
      const word = words[at]!
      if (word === 'link-netnsid' || word === 'link-netns') this.#otherEnd(draft, word, words[++at], i)
      else if (word === 'promiscuity') this.#detailed = true
      else if (word === 'minmtu') this.#limits = true
    }
    if (this.#detailed && draft.kind !== 'loopback') draft.kind = 'physical'
  }

  #otherEnd(draft: LinkDraft, word: string, value: string | undefined, i: number): void {
    draft.nsid = -1
    if (word === 'link-netns') draft.netns = value ?? ''
    else if (value !== 'unknown') draft.nsid = requireNumber(value, 'a number of a namespace', this.#context, i)
  }

  #kind(draft: LinkDraft, kind: string, words: readonly string[], i: number): void {
    if (draft.kind !== 'physical') return
    draft.kind = kind
    if (kind === 'vxlan') draft.vxlan = vxlanOfWords(words.slice(1), this.#limits, this.#context, i)
    else if (kind === 'bridge') draft.bridge = bridgeOf(pairsOf(words, 1))
  }

  #addresses(): AddressEvidence[] {
    const draft = this.#now!
    draft.addresses ??= []
    return draft.addresses
  }

  #address(words: readonly string[], i: number): void {
    this.#addresses().push(addressOfWords(words, this.#context, i))
  }
}

/** Flags of an address (`ifa_flag_data`, iproute2 ip/ipaddress.c). */
const ADDRESS_FLAGS: ReadonlySet<string> = new Set([
  ...['temporary', 'nodad', 'optimistic', 'dadfailed', 'home', 'home-address', 'deprecated', 'tentative', 'permanent'],
  ...['mngtmpaddr', 'autojoin', 'mcautojoin', 'stable-privacy', 'dynamic'],
])

function addressOfWords(words: readonly string[], context: PrintContext, line: number): AddressEvidence {
  const [local, length] = splitLength(words[1] ?? '')
  const address: Draft<AddressEvidence> = {
    address: requireAddress(local, context, line),
    length: length === undefined ? 32 : requireLength(length, context, line),
    scope: 'global',
    secondary: false,
  }
  for (let i = 2; i < words.length; i++) {
    const word = words[i]!
    if (word === 'peer') {
      const [other, bits] = splitLength(words[++i] ?? '')
      address.peer = requireAddress(other, context, line)
      address.length = bits === undefined ? 32 : requireLength(bits, context, line)
    } else if (word === 'brd') address.broadcast = requireAddress(words[++i], context, line)
    else if (word === 'scope') address.scope = words[++i] ?? context.fail('a scope is expected', line)
    else if (word === 'metric') address.metric = requireNumber(words[++i], 'a metric', context, line)
    else if (word === 'secondary') address.secondary = true
    else if (word === 'noprefixroute') address.noprefixroute = true
    else if (word === 'proto' || word === 'any' || word === 'flags') i++
    else if (!ADDRESS_FLAGS.has(word)) {
      if (i === words.length - 1) address.label = word
      else context.note(`address ${local}: not understood: ${quoted(word)}`, line)
    }
  }
  return address
}

function splitLength(text: string): [address: string, length: string | undefined] {
  const slash = text.indexOf('/')
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)]
}

function requireLength(text: string | number | undefined, context: PrintContext, line?: number): number {
  const length = requireNumber(String(text), 'a prefix length', context, line)
  return length >= 0 && length <= 32 ? length : context.fail(`${length} is no prefix length`, line)
}

/** `eth0@if7`. A name may have an @ itself. */
export function splitName(text: string): [name: string, below: string | null] {
  const at = text.lastIndexOf('@')
  return at <= 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)]
}

export function putBelow(draft: LinkDraft, below: string | null): void {
  draft.below = below === 'NONE' ? null : below
  const [, index] = below === null ? [] : (/^if([0-9]{1,10})$/.exec(below) ?? [])
  if (index !== undefined) draft.belowIndex = Number(index)
  // a number in place of a name: there is no such device here (before 4.0 nothing else said so)
  draft.nsid = index === undefined ? null : -1
}

function linksOfJson(print: unknown, withAddresses: boolean, context: PrintContext): LinkDraft[] {
  return objectsOf(print, context).map((object, i) =>
    linkOfJson(new Fields(object, context, `[${i}]`), withAddresses, context),
  )
}

function linkOfJson(fields: Fields, withAddresses: boolean, context: PrintContext): LinkDraft {
  const name = fields.text('ifname') ?? fields.fail('ifname', 'is missing')
  const draft: LinkDraft = { name, source: context.source }
  if (fields.has('flags')) draft.flags = new Set(fields.texts('flags'))
  const mac = macOf(fields.text('address'))
  if (mac !== undefined) draft.mac = mac
  // with -br there is neither number nor MTU, and what is absent is not told
  if (fields.has('ifindex')) {
    draft.ifindex = fields.number('ifindex')!
    draft.mtu = fields.number('mtu') ?? fields.fail('mtu', 'is missing')
    // nor is there one with -4
    if (fields.has('link_type')) draft.mac ??= MAC_ZERO
    draft.master = fields.text('master') ?? null
    draft.txQueueLength = fields.number('txqlen') ?? 0
  }
  const index = fields.number('link_index')
  putBelow(draft, index === undefined ? (fields.text('link') ?? null) : `if${index}`)
  const nsid = fields.number('link_netnsid')
  if (nsid !== undefined) draft.nsid = nsid
  if (draft.flags?.has('LOOPBACK') === true) draft.kind = 'loopback'
  else if (fields.has('promiscuity')) draft.kind = 'physical'
  if (fields.has('xdp')) context.decides(`XDP program on ${name}`)
  const info = fields.object('linkinfo')
  if (info !== undefined) putKind(draft, info, context)
  if (withAddresses) draft.addresses = addressesOfJson(fields, context)
  return draft
}

function putKind(draft: LinkDraft, info: Fields, context: PrintContext): void {
  const kind = info.text('info_kind')
  if (kind !== undefined) draft.kind = kind
  const data = info.object('info_data')
  if (kind === 'vxlan' && data !== undefined) draft.vxlan = vxlanOfJson(data, context)
  if (kind === 'bridge' && data !== undefined) draft.bridge = bridgeOf((name) => data.text(name))
  const slave = info.object('info_slave_data')
  if (info.text('info_slave_kind') === 'bridge' && slave !== undefined) {
    const port = portOf(slave.text('state'), (name) => (slave.has(name) ? slave.flag(name) : undefined), textIn(slave))
    if (port !== undefined) draft.port = port
  }
}

/** The values that are texts or numbers. */
export function textIn(fields: Fields): (name: string) => string | undefined {
  return (name) => (typeof fields.raw(name) === 'boolean' ? undefined : fields.text(name))
}

function addressesOfJson(fields: Fields, context: PrintContext): AddressEvidence[] {
  const addresses: AddressEvidence[] = []
  for (const each of fields.objects('addr_info')) {
    if (each.text('family') !== 'inet') continue
    const address: Draft<AddressEvidence> = {
      address: requireAddress(each.text('local'), context),
      length: requireLength(each.number('prefixlen'), context),
      scope: each.text('scope') ?? 'global',
      secondary: each.flag('secondary'),
    }
    if (each.has('address')) address.peer = requireAddress(each.text('address'), context)
    if (each.has('broadcast')) address.broadcast = requireAddress(each.text('broadcast'), context)
    if (each.has('metric')) address.metric = each.number('metric')!
    if (each.flag('noprefixroute')) address.noprefixroute = true
    const label = each.text('label')
    if (label !== undefined) address.label = label
    addresses.push(address)
  }
  return addresses
}
