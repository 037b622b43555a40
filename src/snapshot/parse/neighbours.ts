import { tryParseIpv4 } from '../../packet/index.ts'
import type { NeighbourEvidence, ProxyEvidence } from '../evidence.ts'
import { Fields, isIpv6, linesOf, macOf, objectsOf, wordsOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** What `ip neighbour` tells: entries, and addresses that a device answers for. */
export interface Neighbours {
  readonly entries: NeighbourEvidence[]
  readonly proxies: ProxyEvidence[]
  /** Each line was understood. */
  complete: boolean
}

const STATES: ReadonlySet<string> = new Set([
  ...['PERMANENT', 'REACHABLE', 'STALE', 'DELAY', 'PROBE', 'FAILED', 'INCOMPLETE', 'NOARP', 'NONE'],
])
/** Words with a value that do not count. */
const VALUES: ReadonlySet<string> = new Set(['ref', 'probes', 'proto', 'nomaster', 'vrf'])
const FLAGS: ReadonlySet<string> = new Set([
  'router',
  'extern_learn',
  'offload',
  'managed',
  'extern_valid',
  'ext_learned',
])

/**
 * The IPv4 entries of `ip neighbour show`, in words or as JSON (`print_neigh`, iproute2 ip/ipneigh.c).
 *
 * @param dev the device that the command asks for, and that is not printed then
 */
export function readNeighbours(print: unknown, isJson: boolean, dev: string | null, context: PrintContext): Neighbours {
  const found: Neighbours = { entries: [], proxies: [], complete: true }
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
  found: Neighbours,
  context: PrintContext,
): void {
  const address = tryParseIpv4(words[0]!)
  if (address === undefined) {
    if (isIpv6(words[0]!)) return
    found.complete = false
    context.note(`not understood: ${quoted(text)}`, line)
    return
  }
  let dev = asked
  let link: string | undefined
  let state = ''
  let proxy = false
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!
    if (word === 'dev') dev = words[++i] ?? null
    else if (word === 'lladdr') link = words[++i]
    else if (word === 'proxy') proxy = true
    else if (STATES.has(word)) state = word
    // `used 0/0/0probes 0`: the blank is missing
    else if (word === 'used') i += words[i + 1]?.endsWith('probes') === true ? 2 : 1
    else if (VALUES.has(word)) i++
    else if (!FLAGS.has(word)) context.note(`neighbour ${words[0]}: not understood: ${quoted(word)}`, line)
  }
  put({ address, dev, link, state, proxy }, line, found, context)
}

function ofJson(fields: Fields, asked: string | null, found: Neighbours, context: PrintContext): void {
  const text = fields.text('dst') ?? fields.fail('dst', 'is missing')
  if (isIpv6(text)) return
  const address = tryParseIpv4(text) ?? fields.fail('dst', `is no address: ${JSON.stringify(text)}`)
  put(
    {
      address,
      dev: fields.text('dev') ?? asked,
      link: fields.text('lladdr'),
      state: fields.texts('state')[0] ?? '',
      proxy: fields.has('proxy'),
    },
    undefined,
    found,
    context,
  )
}

interface Read {
  address: NeighbourEvidence['address']
  dev: string | null
  link: string | undefined
  state: string
  proxy: boolean
}

function put(read: Read, line: number | undefined, found: Neighbours, context: PrintContext): void {
  const { address, dev, link, state, proxy } = read
  if (proxy) {
    found.proxies.push({ address, dev })
    return
  }
  if (dev === null) context.fail('a neighbour without a device', line)
  const mac = macOf(link) ?? null
  if (link !== undefined && mac === null)
    context.note(`a neighbour with another kind of address: ${quoted(link)}`, line)
  found.entries.push({ address, dev, mac, state, source: context.at(line) })
}
