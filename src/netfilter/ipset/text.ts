import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import { formatProtocol } from '../text/protocols.ts'
import { HashSet } from './hash-set.ts'
import { icmpName } from './icmp-names.ts'
import type { IpSets } from './sets.ts'
import { compareElements } from './sort.ts'
import type { IpSet, Member, SetKey, SetType } from './types.ts'

/** An element as ipset writes it: `10.0.0.1,tcp:80`. */
export function formatElement(type: SetType, key: SetKey): string {
  return type.parts.map((part, i) => formatPart(type, part, i, key)).join(',')
}

function formatPart(type: SetType, part: SetType['parts'][number], index: number, key: SetKey): string {
  const address = (index === 0 ? key.ip : key.ip2) as Ipv4
  switch (part) {
    case 'ip':
      return formatIpv4(address)
    case 'net':
      return formatNet(address, key.cidr)
    case 'port':
      return type.dimension === 1 ? `${key.port}` : formatPort(key)
    case 'iface':
      return `${key.physdev ? 'physdev:' : ''}${key.iface}`
    case 'set':
      return key.set
  }
}

function formatNet(address: Ipv4, length: number): string {
  return length === 32 ? formatIpv4(address) : `${formatIpv4(address)}/${length}`
}

function formatPort({ port, protocol }: SetKey): string {
  return `${formatProtocol(protocol)}:${protocol === Protocol.ICMP ? icmpName(port) : port}`
}

/** What stands behind `create NAME TYPE` and after `Header:`. */
export function formatHeader(set: IpSet): string {
  const { options } = set
  const common =
    (options.timeout === null ? '' : ` timeout ${options.timeout}`) +
    (options.counters ? ' counters' : '') +
    (options.comment ? ' comment' : '')
  if (options.type === 'list:set') return `size ${options.size}${common}`
  if (!(set instanceof HashSet)) return `range ${options.from}-${options.to}${common}`
  const netmask = options.netmask === null || options.netmask === 32 ? '' : ` netmask ${options.netmask}`
  const bitmask = options.netmask === null ? ` bitmask ${formatIpv4(options.mask)}` : ''
  const seed = `bucketsize ${options.bucketsize} initval 0x${options.initval.toString(16).padStart(8, '0')}`
  const head = `family inet hashsize ${set.hashsize} maxelem ${options.maxelem}`
  // the masks came to hash:ip,port late, and stand at the end there
  return options.type === 'hash:ip'
    ? `${head}${netmask}${bitmask}${common} ${seed}`
    : `${head}${common} ${seed}${netmask}${bitmask}`
}

/** An element with all that it carries. */
export function formatMember(set: IpSet, member: Member): string {
  const { options } = set
  return (
    formatElement(set.type, member) +
    (options.timeout === null ? '' : ` timeout ${set.secondsLeft(member)}`) +
    (member.nomatch ? ' nomatch' : '') +
    (member.wildcard ? ' wildcard' : '') +
    (options.counters ? ` packets ${member.packets} bytes ${member.bytes}` : '') +
    (member.comment === '' ? '' : ` comment "${member.comment}"`)
  )
}

function formatMembers(set: IpSet, sorted: boolean): string[] {
  const lines = Array.from(set.members(), (member) => formatMember(set, member))
  return sorted ? lines.sort(compareElements) : lines
}

/** How `ipset list` and `ipset save` are called. */
export interface ListOptions {
  /** Elements in the order of `ipset -sorted`, not in the kernel's. */
  readonly sorted?: boolean
  /** No elements. */
  readonly terse?: boolean
}

/** `ipset list`: one set. */
export function listSet(set: IpSet, references: number, { sorted = false, terse = false }: ListOptions = {}): string {
  const lines = [
    `Name: ${set.name}`,
    `Type: ${set.type.name}`,
    `Revision: ${set.type.revision}`,
    `Header: ${formatHeader(set)}`,
    `Size in memory: ${set.memory}`,
    `References: ${references}`,
    `Number of entries: ${set.size}`,
  ]
  if (!terse) lines.push('Members:', ...formatMembers(set, sorted))
  return `${lines.join('\n')}\n`
}

/** `ipset save`: one set, as lines that `ipset restore` reads. */
export function saveSet(set: IpSet, { sorted = false, terse = false }: ListOptions = {}): string {
  const lines = [`create ${set.name} ${set.type.name} ${formatHeader(set)}`]
  if (!terse) for (const element of formatMembers(set, sorted)) lines.push(`add ${set.name} ${element}`)
  return `${lines.join('\n')}\n`
}

/** `ipset save`: all sets of a namespace. */
export function saveSets(sets: IpSets, options: ListOptions = {}): string {
  let text = ''
  for (const set of sets.all()) text += saveSet(set, options)
  return text
}
