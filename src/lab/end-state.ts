import type {
  ObservedLink,
  RecordedConntrackEntry,
  RecordedFdbEntry,
  RecordedNeighbour,
  RecordedRoute,
} from '../commands/record/index.ts'
import { TCP_STATES } from './conntrack-event.ts'

/** The fields of `ip -j route` that a record keeps. */
const ROUTE_FIELDS = [
  'dst',
  'gateway',
  'dev',
  'prefsrc',
  'scope',
  'metric',
  'table',
  'type',
  'flags',
  'nexthops',
  'via',
] as const
const CACHE_FIELDS = ['dst', 'gateway', 'dev', 'metrics', 'flags'] as const
const FDB_FIELDS = ['dst', 'vlan', 'master', 'state', 'port', 'vni'] as const

/** What iproute2 prints with `-j`; nothing at all when there is nothing. */
function readJson(text: string): Record<string, unknown>[] {
  return text.trim() === '' ? [] : (JSON.parse(text) as Record<string, unknown>[])
}

export interface Link {
  readonly ifindex: number
  readonly name: string
  readonly mac: string | undefined
  readonly kind: string | undefined
}

/** `ip -j -d link` */
export function readLinks(text: string): Link[] {
  return readJson(text)
    .filter((link) => link.ifindex !== undefined)
    .map((link) => ({
      ifindex: link.ifindex as number,
      name: link.ifname as string,
      mac: link.address as string | undefined,
      kind: (link.linkinfo as { info_kind?: string } | undefined)?.info_kind,
    }))
}

export function observedLink(netns: string, { name, mac, kind }: Link): ObservedLink {
  return { netns, name, mac: mac ?? '', ...(kind !== undefined && { kind }) }
}

/** `ip -4 -j neigh show`, without devices that need no neighbours. */
export function readNeighbours(text: string): RecordedNeighbour[] {
  const neighbours: RecordedNeighbour[] = []
  for (const entry of readJson(text)) {
    const state = (entry.state as string[] | undefined)?.[0] ?? 'NONE'
    if (state === 'NOARP') continue
    const neighbour: RecordedNeighbour = {
      dst: entry.dst as string,
      dev: entry.dev as string,
      state: neighbourState(state),
    }
    if (entry.lladdr) neighbour.lladdr = entry.lladdr as string
    neighbours.push(neighbour)
  }
  return neighbours
}

/** Random timers decide between REACHABLE, STALE, DELAY and PROBE. */
function neighbourState(state: string): RecordedNeighbour['state'] {
  if (state === 'PERMANENT') return 'PERMANENT'
  return state === 'FAILED' || state === 'INCOMPLETE' || state === 'NONE' ? 'failed' : 'resolved'
}

/** `bridge -j fdb show` */
export function readFdb(text: string): RecordedFdbEntry[] {
  return readJson(text).map((entry) => {
    const kept: Record<string, unknown> = { mac: entry.mac, dev: entry.ifname }
    for (const field of FDB_FIELDS) {
      if (entry[field] !== undefined && entry[field] !== '') kept[field] = entry[field]
    }
    const flags = entry.flags as string[] | undefined
    if (flags !== undefined && flags.length > 0) kept.flags = [...flags].sort()
    return kept as unknown as RecordedFdbEntry
  })
}

/** `ip -4 -j -d route show table all`, without what the kernel writes itself in the local table. */
export function readRoutes(text: string): RecordedRoute[] {
  return readJson(text)
    .filter(({ table, type }) => table !== 'local' && type !== 'multicast' && type !== 'anycast')
    .map((route) => keep(route, ROUTE_FIELDS, (value) => !(Array.isArray(value) && value.length === 0)))
}

/** `ip -4 -j route show cache` */
export function readCache(text: string): RecordedRoute[] {
  return readJson(text).map((route) =>
    keep(route, CACHE_FIELDS, (value) => Boolean(value) && !(Array.isArray(value) && value.length === 0)),
  )
}

function keep(
  object: Record<string, unknown>,
  fields: readonly string[],
  worth: (value: unknown) => boolean,
): RecordedRoute {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => fields.includes(key) && value !== null && worth(value)),
  )
}

/** `ip -4 rule show` without the three rules of every namespace. */
export function readPolicy(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '' && !/^(0|32766|32767):/.test(line))
    .map((line) => line.replaceAll('\t', ' '))
}

/** `iptables-save -c` */
export function readCounters(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** /proc/net/snmp and /proc/net/netstat: pairs of a line of names and a line of values. */
export function readSnmp(text: string): Map<string, number> {
  const counters = new Map<string, number>()
  const lines = text.trim().split('\n')
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [group, ...names] = lines[i]!.split(' ')
    const [, ...values] = lines[i + 1]!.split(' ')
    names.forEach((name, k) => {
      counters.set(`${group!.slice(0, -1)}${name}`, Number(values[k]))
    })
  }
  return counters
}

/** Counted again at every run: packets and octets need accounting, the others are the kernel's own business. */
const SKIPPED_WORDS = new Set(['use', 'secctx', 'delta-time', 'packets', 'bytes'])

/** `conntrack -L -o extended`, IPv4 entries only. */
export function readConntrackList(text: string): RecordedConntrackEntry[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('ipv4'))
    .map(readConntrackLine)
}

function readConntrackLine(line: string): RecordedConntrackEntry {
  // ipv4 2 tcp 6 119 TIME_WAIT src=… dst=… sport=… dport=… src=… … [ASSURED] mark=0 use=1
  const words = line.trim().split(/\s+/)
  const entry: RecordedConntrackEntry = { proto: words[2]!, orig: {}, reply: {} }
  const fields = entry as unknown as Record<string, unknown>
  let tuple = entry.orig as Record<string, unknown>
  for (const word of words.slice(4)) {
    const equals = word.indexOf('=')
    if ((TCP_STATES as readonly string[]).includes(word)) {
      entry.state = word
    } else if (word.startsWith('[')) {
      entry.flags = [...(entry.flags ?? []), word.slice(1, -1)]
    } else if (equals > 0) {
      const key = word.slice(0, equals)
      const text = word.slice(equals + 1)
      const value = /^\d+$/.test(text) ? Number(text) : text
      if (SKIPPED_WORDS.has(key)) continue
      if (key === 'src' && tuple.src !== undefined) tuple = entry.reply as Record<string, unknown>
      if (key !== 'mark' && !key.startsWith('zone')) tuple[key] = value
      else if (value !== 0 || key !== 'mark') fields[key] = value
    }
  }
  return entry
}
