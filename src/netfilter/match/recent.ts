import { formatIpv4, IPV4_BROADCAST, type Ipv4 } from '../../packet/address.ts'
import type { Tables } from '../command/tables.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match, Table } from '../rule.ts'
import { resolveAddress } from '../text/addresses.ts'
import { badRule } from '../text/errors.ts'
import { RecentList } from './recent-list.ts'

/** `-m recent` (net/netfilter/xt_recent.c): lists of addresses with the times at which they were seen. */
export interface RecentMatch extends Match {
  readonly kind: 'recent'
  readonly action: 'set' | 'rcheck' | 'update' | 'remove'
  readonly invert: boolean
  /** Only what was seen in the last so many seconds counts; 0: any time. */
  readonly seconds: number
  /** Also drop the oldest address of the list when it is older than `seconds`. */
  readonly reap: boolean
  /** Seen at least so many times; 0: once. */
  readonly hitcount: number
  /** With the TTL of then. */
  readonly rttl: boolean
  /** The list's name: all rules of a namespace that say it share the list. */
  readonly name: string
  readonly mask: Ipv4
  readonly side: 'rsource' | 'rdest'
}

const MAX_NAME = 199
const MAX_HITCOUNT = 65535
const ACTIONS = ['set', 'rcheck', 'update', 'remove'] as const
const others = (action: string) => ACTIONS.filter((other) => other !== action)

export const recent: MatchDefinition<RecentMatch> = {
  kind: 'recent',
  options: [
    ...ACTIONS.map((action) => ({ names: [action], words: 0, invert: true, excludes: others(action) }) as const),
    { names: ['seconds'], words: 1 },
    { names: ['reap'], words: 0, needs: 'seconds' },
    { names: ['hitcount'], words: 1 },
    { names: ['rttl'], words: 0, excludes: ['set', 'remove'] },
    { names: ['name'], words: 1 },
    { names: ['rsource'], words: 0 },
    { names: ['rdest'], words: 0 },
    { names: ['mask'], words: 1 },
  ],

  parse(options) {
    const action = ACTIONS.find((name) => options.has(name))
    if (action === undefined) badRule("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'")
    const sides = options.given.filter(({ spec }) => spec.names[0] === 'rsource' || spec.names[0] === 'rdest')
    const maskText = options.text('mask')
    const mask = maskText === undefined ? IPV4_BROADCAST : resolveAddress(maskText)
    if (mask === undefined) badRule('getaddrinfo: Name or service not known\n')
    return {
      kind: 'recent',
      action,
      invert: options.inverted(action),
      seconds: options.integer('seconds', 0xffffffff, 1) ?? 0,
      reap: options.has('reap'),
      hitcount: options.integer('hitcount') ?? 0,
      rttl: options.has('rttl'),
      name: (options.text('name') ?? 'DEFAULT').slice(0, MAX_NAME),
      mask,
      side: sides.at(-1)?.spec.names[0] === 'rdest' ? 'rdest' : 'rsource',
    }
  },

  print(match) {
    // the name is printed as it is, even when it would need quotes
    return (
      `${match.invert ? ' !' : ''} --${match.action}` +
      (match.seconds === 0 ? '' : ` --seconds ${match.seconds | 0}`) +
      (match.reap ? ' --reap' : '') +
      (match.hitcount === 0 ? '' : ` --hitcount ${match.hitcount}`) +
      (match.rttl ? ' --rttl' : '') +
      ` --name ${match.name} --mask ${formatIpv4(match.mask)} --${match.side}`
    )
  },

  check(match) {
    if ((match.action === 'set' || match.action === 'remove') && (match.seconds !== 0 || match.hitcount !== 0))
      return false
    return match.hitcount <= MAX_HITCOUNT && match.name !== '' && !match.name.includes('/')
  },

  compile(match) {
    const { action, invert, seconds, reap, hitcount, rttl, side } = match
    const key = `recent ${match.name}`
    const window = seconds * 1e9
    return (packet, state, context) => {
      const ip = packet.ip!
      const now = context.host.sim.now
      const list = context.state(
        key,
        () => newList(match, context.tables),
        (old: RecentList) => old.clone(),
      )
      const address = (side === 'rdest' ? ip.dst : ip.src) & list.mask
      // the TTL as it was before forwarding took one off
      const ttl = state.out !== null && packet.socket === 0 ? (ip.ttl + 1) & 255 : ip.ttl
      const entry = list.find(address, rttl ? ttl : 0)
      if (entry === undefined) {
        if (action !== 'set') return invert
        list.add(address, ttl, now)
        return !invert
      }
      if (action === 'set') {
        list.update(entry, ttl, now)
        return !invert
      }
      if (action === 'remove') {
        list.remove(address)
        return !invert
      }
      const since = seconds === 0 ? 0 : now - window
      const hit = list.seen(entry, since, hitcount) !== invert
      if (reap) list.reap(now - window)
      if (action === 'update' && hit) list.update(entry, ttl, now)
      return hit
    }
  },

  explain(match, packet) {
    const address = match.side === 'rdest' ? packet.ip!.dst : packet.ip!.src
    return `${formatIpv4((address & match.mask) as Ipv4)} in list ${match.name}`
  },
}

/** Times of one address that a list keeps for a rule (`recent_mt_check`): it counts so far, rounded up to a power of two. */
function stampsFor(match: RecentMatch): number {
  return match.hitcount === 0 ? DEFAULT_STAMPS : 2 ** Math.ceil(Math.log2(match.hitcount))
}

const DEFAULT_STAMPS = 32

/** By list name: the rules of a table that share the list, in the order in which they stand. */
const listsOfTables = new WeakMap<Table, ReadonlyMap<string, readonly RecentMatch[]>>()

function listsOf(table: Table): ReadonlyMap<string, readonly RecentMatch[]> {
  let lists = listsOfTables.get(table)
  if (lists === undefined) {
    const found = new Map<string, RecentMatch[]>()
    for (const { rules } of table.chains.values()) {
      for (const { matches } of rules) {
        for (const match of matches) {
          if (match.kind !== 'recent') continue
          const { name } = match as RecentMatch
          const users = found.get(name)
          if (users === undefined) found.set(name, [match as RecentMatch])
          else users.push(match as RecentMatch)
        }
      }
    }
    lists = found
    listsOfTables.set(table, lists)
  }
  return lists
}

/** A list belongs to all rules that name it: the first one of them says its mask, the one that counts furthest its depth. */
function newList(match: RecentMatch, tables: Tables): RecentList {
  const users = [...tables.values()].flatMap((table) => listsOf(table).get(match.name) ?? [])
  const { mask } = users[0] ?? match
  return new RecentList(mask, Math.max(stampsFor(match), ...users.map(stampsFor)))
}
