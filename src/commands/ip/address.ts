import type { Link } from '../../netns/index.ts'
import {
  addressAt,
  broadcastOf,
  formatIpv4,
  type Ipv4,
  type Prefix,
  prefixContains,
  UnsupportedError,
} from '../../packet/index.ts'
import { findAddress, type InterfaceAddress, NetlinkError, SCOPE_NAMES, Scope, UsageError } from '../../route/index.ts'
import { abbreviates, Words } from '../../route/words.ts'
import { deviceOf, type IpContext, printJson } from './ip-context.ts'
import type { Json } from './json.ts'
import { byIndex, readFilter } from './link.ts'
import { briefView, isAskedFor, linkView, passes } from './link-show.ts'
import { putStatistics, requireOneStatistics } from './link-statistics.ts'
import { View } from './view.ts'

/** `ip address` (iproute2 ip/ipaddress.c). */
export function address(args: readonly string[], context: IpContext): number {
  const [word = 'show', ...rest] = args
  if (abbreviates(word, 'add')) return add(rest, context, false)
  if (abbreviates(word, 'change') || word === 'chg' || abbreviates(word, 'replace')) return add(rest, context, true)
  if (abbreviates(word, 'delete')) return remove(rest, context)
  if (abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list')) return show(rest, context)
  if (abbreviates(word, 'flush')) return flush(rest, context)
  if (abbreviates(word, 'save') || abbreviates(word, 'restore')) throw new UnsupportedError(`ip address ${word}`)
  throw new UsageError(`Command "${word}" is unknown, try "ip address help".`)
}

interface AddressWords {
  local: Prefix | null
  hasLength: boolean
  peer: Prefix | null
  /** `+` and `-`: the last and the first address of the network. */
  broadcast: Ipv4 | '+' | '-' | null
  scope: number | null
  label: string
  metric: number
  noprefixroute: boolean
  device: string
}

function read(args: readonly string[]): AddressWords {
  const words = new Words(args)
  const read: AddressWords = {
    local: null,
    hasLength: false,
    peer: null,
    broadcast: null,
    scope: null,
    label: '',
    metric: 0,
    noprefixroute: false,
    device: '',
  }
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'peer' || word === 'remote') read.peer = words.prefix(read.local === null ? undefined : 'inet')
    else if (abbreviates(word, 'broadcast') || word === 'brd') {
      const value = words.next()
      read.broadcast = value === '+' || value === '-' ? value : new Words([value]).address()
    } else if (word === 'scope') read.scope = scopeNumber(words.next())
    else if (word === 'dev') read.device = words.next()
    else if (word === 'label') read.label = words.next()
    else if (abbreviates(word, 'metric') || abbreviates(word, 'priority') || word === 'preference') {
      read.metric = words.number('"metric" value is invalid')
    } else if (word === 'noprefixroute') read.noprefixroute = true
    else if (/^(anycast|valid_lft|preferred_lft|home|nodad|mngtmpaddr|autojoin|proto)$/.test(word)) {
      throw new UnsupportedError(`ip address option ${word}`)
    } else {
      const text = word === 'local' ? words.next() : word
      if (read.local !== null) throw new UsageError(`Error: either "local" is duplicate, or "${text}" is a garbage.`)
      read.local = new Words([text]).prefix()
      read.hasLength = text.includes('/')
    }
  }
  return read
}

function deviceIn(words: AddressWords, context: IpContext): Link {
  if (words.device === '') throw new UsageError('Not enough information: "dev" argument is required.', 1)
  return deviceOf(context.netns, words.device)
}

function add(args: readonly string[], context: IpContext, replace: boolean): number {
  const words = read(args)
  const link = deviceIn(words, context)
  const { local } = words
  if (local === null && (words.broadcast === '+' || words.broadcast === '-') && words.peer === null && !context.inet)
    throw new UsageError('Broadcast can be set only for IPv4 addresses', 1)
  if (local === null)
    throw withoutAddress(words, context, new NetlinkError('EINVAL', 'ipv4: Local address is not supplied'))
  const { address: at, length } = words.peer ?? local
  if (words.label.length > 15) throw new UsageError('Error: Attribute failed policy validation.', 2)
  // the kernel drops it without a word (`inet_insert_ifa`)
  if (local.address === 0) return 0
  if (replace && findAddress(link, local.address, length, at) !== undefined) return 0
  context.netns.addAddress(link, {
    address: at,
    local: local.address,
    length,
    broadcast: broadcast(words.broadcast, at, length),
    ...(words.scope !== null && { scope: words.scope }),
    noprefixroute: words.noprefixroute,
    metric: words.metric,
    ...(words.label !== '' && { label: words.label }),
  })
  return 0
}

/** `brd +` means nothing in a network too small for a broadcast address. */
/** Only an address says that IPv4 is meant, or `-4`; to the kernel no family has addresses (`ipaddr_modify`, ip/ipaddress.c). */
function withoutAddress(
  { peer, broadcast: asked }: AddressWords,
  { inet }: IpContext,
  ofIpv4: NetlinkError,
): NetlinkError {
  const isIpv4 = inet || peer !== null || (asked !== null && asked !== '+' && asked !== '-')
  return isIpv4 ? ofIpv4 : new NetlinkError('EOPNOTSUPP')
}

function broadcast(asked: AddressWords['broadcast'], address: Ipv4, length: number): Ipv4 {
  if (asked === null) return 0 as Ipv4
  if (asked !== '+' && asked !== '-') return asked
  if (length > 30) return 0 as Ipv4
  const last = broadcastOf(address, length)
  return asked === '+' ? last : addressAt(last, 1 - 2 ** (32 - length))
}

function remove(args: readonly string[], context: IpContext): number {
  const words = read(args)
  const link = deviceIn(words, context)
  const { local } = words
  const missing = new NetlinkError('EADDRNOTAVAIL', 'ipv4: Address not found')
  let found: InterfaceAddress | undefined
  if (local === null) {
    const refusal = withoutAddress(words, context, missing)
    if (refusal !== missing) throw refusal
    // Trap: the first that agrees with what was said, and nothing was said (`inet_rtm_deladdr`)
    const { peer } = words
    found = link.addresses.find(
      ({ address: at, length }) => peer === null || (length === peer.length && prefixContains(peer, at)),
    )
  } else if (words.peer === null && !words.hasLength) {
    found = link.addresses.find((each) => each.local === local.address)
    if (found !== undefined && found.length !== 32) context.program.stderr.write(wildcardWarning(local.address))
  } else {
    const { address: at, length } = words.peer ?? local
    found = findAddress(link, local.address, length, at)
  }
  if (found === undefined) throw missing
  context.netns.deleteAddress(link, found)
  return 0
}

function wildcardWarning(local: Ipv4): string {
  return (
    'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
    `         Explicitly specify the prefix length (${formatIpv4(local)}/32) to avoid this warning.\n` +
    '         This special behaviour is likely to disappear in further releases,\n' +
    '         fix your scripts!\n'
  )
}

function flush(args: readonly string[], { netns, program }: IpContext): number {
  if (args.length === 0) {
    program.stderr.write('Flush requires arguments.\n')
    return 1
  }
  const { meant, rest } = readAddressFilter(args)
  const filter = readFilter(rest, netns)
  for (const link of byIndex(netns)) {
    if (!passes(link, filter)) continue
    // secondary addresses may go with their primary one
    for (const each of link.addresses.filter(meant)) if (link.addresses.includes(each)) netns.deleteAddress(link, each)
  }
  return 0
}

function show(args: readonly string[], context: IpContext): number {
  const { netns, program, brief, oneline, json, statistics } = context
  requireOneStatistics(context)
  if (oneline && json) throw new UnsupportedError('ip -o -j address')
  const { meant, rest, inet: prefix } = readAddressFilter(args)
  // an IPv4 prefix means IPv4 alone
  const inet = context.inet || prefix
  const filter = readFilter(rest, netns)
  const all: Json[] = []
  for (const link of byIndex(netns)) {
    if (!isAskedFor(link, filter)) continue
    const addresses = link.addresses.filter(meant)
    // of what was filtered away nothing is shown; a device that never had an address stays
    if (addresses.length === 0 && (inet || link.addresses.length > 0)) continue
    if (!passes(link, filter)) {
      all.push({})
      continue
    }
    if (oneline && !brief) {
      for (const each of addresses) {
        program.stdout.write(`${link.ifindex}: ${link.name}    ${inetView(each).text}\\       ${LIFETIME}\n`)
      }
      continue
    }
    const view = brief ? briefView(link) : linkView(link, context, false, !inet)
    const addressList: Json[] = []
    for (const each of link.addresses) {
      // Trap: as JSON what is not meant is there, and empty
      if (!meant(each)) addressList.push({})
      else {
        const { text, json: members } = brief ? briefAddressView(each) : inetView(each)
        view.say(brief ? text : `\n    ${text}\n       ${LIFETIME}`)
        addressList.push(members)
      }
    }
    view.json.addr_info = addressList
    if (statistics > 0 && !brief) putStatistics(view, link)
    all.push(view.json)
    if (!json) program.stdout.write(`${view.text}\n`)
  }
  if (json) printJson(context, all)
  return 0
}

const LIFETIME = 'valid_lft forever preferred_lft forever'
/** As JSON: seconds. */
const FOREVER = 0xffffffff

function scopeNumber(word: string): number {
  const scope = SCOPE_NAMES.number(word)
  if (scope === undefined) throw new UsageError(`Error: argument "${word}" is wrong: invalid scope value.`)
  return scope
}

type Meant = (address: InterfaceAddress) => boolean

/** What `show` and `flush` say of addresses: `scope`, `to`, `primary`, `secondary`; the other words are those of `ip link show`. */
function readAddressFilter(args: readonly string[]): { meant: Meant; rest: string[]; inet: boolean } {
  const tests: Meant[] = []
  let inet = false
  const rest: string[] = []
  const words = new Words(args)
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'scope') {
      const name = words.next()
      if (name === 'all') continue
      const scope = SCOPE_NAMES.number(name)
      if (scope === undefined) throw new UsageError(`Error: argument "${name}" is wrong: invalid "scope"\n`)
      tests.push((each) => each.scope === scope)
    } else if (word === 'to') {
      inet = true
      const network = words.prefix()
      tests.push((each) => prefixContains(network, each.local))
    } else if (word === 'label') {
      throw new UnsupportedError('ip address … label')
    } else if (word === 'primary') tests.push((each) => !each.secondary)
    else if (word === 'secondary' || word === 'temporary') tests.push((each) => each.secondary)
    else if (
      /^-?(permanent|dynamic|tentative|deprecated|dadfailed|home|nodad|mngtmpaddr|noprefixroute|autojoin)$/.test(word)
    ) {
      throw new UnsupportedError(`ip address ${word}`)
    } else {
      rest.push(word)
      if (/^(dev|master|type|group|vrf)$/.test(word) && !words.atEnd) rest.push(words.next())
    }
  }
  return { meant: (each) => tests.every((test) => test(each)), rest, inet }
}

function addressView(each: InterfaceAddress): View {
  const view = new View().put('local', formatIpv4(each.local), formatIpv4(each.local))
  if (each.local !== each.address) view.put('address', formatIpv4(each.address), ` peer ${formatIpv4(each.address)}`)
  return view.put('prefixlen', each.length, `/${each.length}`)
}

/** One address of `ip -br addr`. */
function briefAddressView(each: InterfaceAddress): View {
  const view = addressView(each).say(' ')
  return each.metric === 0 ? view : view.put('metric', each.metric)
}

function inetView(each: InterfaceAddress): View {
  const view = new View().put('family', 'inet', 'inet ')
  const address = addressView(each)
  Object.assign(view.json, address.json)
  view.say(`${address.text} `)
  if (each.metric !== 0) view.put('metric', each.metric)
  if (each.broadcast !== 0) view.put('broadcast', formatIpv4(each.broadcast), `brd ${formatIpv4(each.broadcast)} `)
  view.put('scope', each.scope === Scope.UNIVERSE ? 'global' : SCOPE_NAMES.name(each.scope))
  if (each.secondary) view.put('secondary', true, 'secondary ')
  if (each.noprefixroute) view.put('noprefixroute', true, 'noprefixroute ')
  return view
    .put('label', each.label, each.label)
    .put('valid_life_time', FOREVER, '')
    .put('preferred_life_time', FOREVER, '')
}
