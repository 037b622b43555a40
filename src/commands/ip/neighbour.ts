import type { Link, NetworkNamespace } from '../../netns/index.ts'
import type { NeighbourState } from '../../netns/neighbour.ts'
import { formatIpv4, formatMac, type Ipv4, type Mac, UnsupportedError } from '../../packet/index.ts'
import { NetlinkError, UsageError } from '../../route/index.ts'
import { abbreviates, Words } from '../../route/words.ts'
import { deviceOf, type IpContext, printJson } from './ip-context.ts'
import { readNeighbourMac } from './link-words.ts'
import { View } from './view.ts'

type Verb = 'add' | 'change' | 'replace' | 'delete'

/** `ip neigh` (iproute2 ip/ipneigh.c). */
export function neighbour(args: readonly string[], context: IpContext): number {
  const [word = 'list', ...rest] = args
  if (abbreviates(word, 'add')) return modify('add', rest, context)
  if (abbreviates(word, 'change') || word === 'chg') return modify('change', rest, context)
  if (abbreviates(word, 'replace')) return modify('replace', rest, context)
  if (abbreviates(word, 'delete')) return modify('delete', rest, context)
  if (abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list')) return show(rest, context)
  if (abbreviates(word, 'flush')) return flush(rest, context)
  if (abbreviates(word, 'get')) return get(rest, context)
  throw new UsageError(`Command "${word}" is unknown, try "ip neigh help".`)
}

const STATES: readonly (readonly [name: string, state: NeighbourState])[] = [
  ['permanent', 'PERMANENT'],
  ['reachable', 'REACHABLE'],
  ['noarp', 'NOARP'],
  ['none', 'NONE'],
  ['stale', 'STALE'],
  ['incomplete', 'INCOMPLETE'],
  ['delay', 'DELAY'],
  ['probe', 'PROBE'],
  ['failed', 'FAILED'],
]

function stateOf(word: string): NeighbourState {
  const found = STATES.find(([name]) => abbreviates(word, name))
  if (found === undefined) throw new UsageError(`Error: argument "${word}" is wrong: nud state is bad`)
  return found[1]
}

function modify(verb: Verb, args: readonly string[], { netns }: IpContext): number {
  const words = new Words(args)
  let address: Ipv4 | null = null
  let device = ''
  let lladdr: string | null = null
  let state: NeighbourState = 'PERMANENT'
  let proxy = false
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'proxy') {
      proxy = true
      address = words.address('any valid')
    } else if (word === 'lladdr') lladdr = words.next()
    else if (word === 'nud') state = stateOf(words.next())
    else if (word === 'dev') device = words.next()
    else if (/^(router|extern_learn|use|managed|protocol|vni|via)$/.test(word))
      throw new UnsupportedError(`ip neigh ${word}`)
    else {
      const text = word === 'to' ? words.next() : word
      if (address !== null) throw new UsageError(`Error: either "to" is duplicate, or "${text}" is a garbage.`)
      address = new Words([text]).address('any valid')
    }
  }
  if (proxy && address !== null) return modifyProxy(verb, address, device, netns)
  if (device === '' || address === null) throw new UsageError('Device and destination are required arguments.')
  const link = deviceOf(netns, device)
  const exists = netns.neighbours.find(link, address) !== undefined
  const mac = lladdr === null || verb === 'delete' ? null : readNeighbourMac(lladdr)
  if (verb === 'delete') {
    if (!netns.neighbours.delete(link, address)) throw new NetlinkError('ENOENT')
    return 0
  }
  if (verb === 'add' && exists) throw new NetlinkError('EEXIST')
  if (verb === 'change' && !exists) throw new NetlinkError('ENOENT')
  set(netns, link, address, mac, state)
  return 0
}

/** `ip neigh add proxy`: without a device it holds on each. */
function modifyProxy(verb: Verb, address: Ipv4, device: string, netns: NetworkNamespace): number {
  const link = device === '' ? null : deviceOf(netns, device)
  const { proxies } = netns.neighbours
  if (verb !== 'delete') proxies.add(address, link)
  else if (!proxies.delete(address, link)) throw new NetlinkError('ENOENT')
  return 0
}

function set(netns: NetworkNamespace, link: Link, address: Ipv4, given: Mac | null, state: NeighbourState): void {
  const mac = given ?? netns.neighbours.find(link, address)?.mac ?? null
  if (mac === null && !['FAILED', 'NONE', 'INCOMPLETE', 'NOARP'].includes(state)) {
    throw new NetlinkError('EINVAL', 'No link layer address given')
  }
  netns.neighbours.delete(link, address)
  if (state === 'PERMANENT') netns.neighbours.addPermanent(link, address, mac!)
  else netns.neighbours.addLearned(link, address, mac ?? (0 as Mac), state)
}

interface Filter {
  device?: Link
  to?: { readonly address: Ipv4; readonly length: number }
  states: readonly NeighbourState[] | null
  /** Entries of `ip neigh add proxy` instead. */
  proxy: boolean
}

function readFilter(args: readonly string[], netns: NetworkNamespace): Filter {
  const words = new Words(args)
  const filter: Filter = { states: null, proxy: false }
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'dev') filter.device = deviceOf(netns, words.next())
    else if (word === 'proxy') filter.proxy = true
    else if (word === 'unused') throw new UnsupportedError('ip neigh show unused')
    else if (word === 'nud') {
      const name = words.next()
      filter.states = name === 'all' ? STATES.map(([, state]) => state) : [...(filter.states ?? []), stateOf(name)]
    } else if (word === 'all') continue
    else filter.to = new Words([word === 'to' ? words.next() : word]).prefix()
  }
  return filter
}

function isMeant(
  { link, address }: { readonly link: Link | null; readonly address: Ipv4 },
  { device, to }: Filter,
): boolean {
  if (device !== undefined && link !== device) return false
  return to === undefined || to.length === 0 || (address ^ to.address) >>> (32 - to.length) === 0
}

function* selected(netns: NetworkNamespace, filter: Filter, hidden: readonly NeighbourState[]) {
  for (const entry of netns.neighbours.entries()) {
    if (!isMeant(entry, filter)) continue
    if (filter.states === null ? hidden.includes(entry.state) : !filter.states.includes(entry.state)) continue
    yield entry
  }
}

function show(args: readonly string[], context: IpContext): number {
  const { netns, program, brief, json, statistics } = context
  // when it was used, confirmed and changed
  if (statistics > 0 && !brief) throw new UnsupportedError('ip -s neigh')
  const filter = readFilter(args, netns)
  const all: View[] = []
  if (filter.proxy) {
    if (brief) throw new UnsupportedError('ip -br neigh show proxy')
    for (const entry of netns.neighbours.proxies.list()) {
      if (!isMeant(entry, filter)) continue
      const view = new View().put('dst', formatIpv4(entry.address), `${formatIpv4(entry.address)} `)
      if (entry.link !== null && filter.device === undefined) view.put('dev', entry.link.name)
      all.push(view.put('proxy', null, 'proxy '))
    }
  } else {
    // NONE and NOARP are not shown unless asked for (`filter.state`)
    const hideDevice = filter.device !== undefined
    for (const entry of selected(netns, filter, ['NONE', 'NOARP']))
      all.push(brief ? briefView(entry, hideDevice) : entryView(entry, hideDevice))
  }
  if (json) {
    printJson(
      context,
      all.map((view) => view.json),
    )
  } else for (const { text } of all) program.stdout.write(`${text}\n`)
  return 0
}

interface Entry {
  readonly link: Link
  readonly address: Ipv4
  readonly mac: Mac
  readonly state: NeighbourState
}

function hasMac({ state }: Entry): boolean {
  return state !== 'FAILED' && state !== 'INCOMPLETE' && state !== 'NONE'
}

function entryView(entry: Entry, hideDevice: boolean): View {
  const view = new View().put('dst', formatIpv4(entry.address), `${formatIpv4(entry.address)} `)
  if (!hideDevice) view.put('dev', entry.link.name)
  if (hasMac(entry)) view.put('lladdr', formatMac(entry.mac))
  return entry.state === 'NONE' ? view : view.put('state', [entry.state], `${entry.state} `)
}

function briefView(entry: Entry, hideDevice: boolean): View {
  const view = new View().put('dst', formatIpv4(entry.address), `${formatIpv4(entry.address).padEnd(39)} `)
  if (!hideDevice) view.put('dev', entry.link.name, `${entry.link.name.padEnd(16)} `)
  return hasMac(entry) ? view.put('lladdr', formatMac(entry.mac), formatMac(entry.mac)) : view
}

function flush(args: readonly string[], { netns, program }: IpContext): number {
  if (args.length === 0) {
    program.stderr.write('Flush requires arguments.\n')
    return 1
  }
  const filter = readFilter(args, netns)
  if (filter.proxy) {
    const { proxies } = netns.neighbours
    for (const entry of proxies.list()) if (isMeant(entry, filter)) proxies.delete(entry.address, entry.link)
    return 0
  }
  for (const { link, address } of [...selected(netns, filter, ['PERMANENT', 'NOARP'])])
    netns.neighbours.delete(link, address)
  return 0
}

function get(args: readonly string[], { netns, program }: IpContext): number {
  const filter = readFilter(args, netns)
  if (filter.device === undefined || filter.to === undefined) {
    throw new UsageError('Device and address are required arguments.')
  }
  for (const entry of selected(netns, filter, [])) {
    // in words, `-j` or not
    program.stdout.write(`${entryView(entry, false).text}\n`)
    return 0
  }
  throw new NetlinkError('ENOENT', 'Neighbour entry not found')
}
