import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, type Ipv4, prefixContains, UnsupportedError } from '../../packet/index.ts'
import { TableId } from '../../route/index.ts'
import { OptionError, readOptions } from '../getopt.ts'
import { readNeighbourMac } from '../ip/link-words.ts'
import { inetAton } from '../names.ts'
import { ArpFlag, type ArpLine, arpLines } from '../proc/net-arp.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { ARP_USAGE } from './usage.ts'

const OPTIONS = {
  letters: 'adei:nsv',
  names: { delete: 'd', 'device=': 'i', numeric: 'n', set: 's', verbose: 'v' },
  refused: 'A D H N V f h p file help hw-type protocol symbolic use-device version',
}
const BAD_USAGE = 3
const FAILED = 255

/** arp(8) of net-tools 2.10: `-n`, `-a`, `-i`, `-v`, `-s` and `-d` without `pub`. */
export const arp: Program = (args, context) => {
  try {
    const { options, operands } = readOptions('arp', args, OPTIONS)
    const asked = new Map(options)
    if (asked.has('s')) return set(operands, asked.get('i') ?? '', context)
    if (asked.has('d')) return remove(operands, asked.get('i') ?? '', context)
    return show(operands[0] ?? '', asked, context)
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    context.stderr.write(`${error.message}\n${ARP_USAGE}`)
    return BAD_USAGE
  }
}

function show(host: string, asked: ReadonlyMap<string, string>, { netns, stdout }: ProgramContext): number {
  const lines = arpLines(netns)
  const wanted = host === '' ? null : address(host)
  const device = asked.get('i') ?? ''
  const bsd = asked.has('a')
  const found = lines.filter(
    (line) => (wanted === null || line.address === wanted) && (device === '' || line.device === device),
  )
  if (found.length > 0 && !asked.has('n')) {
    throw new UnsupportedError('arp with names in place of addresses', { hint: 'arp -n' })
  }
  let text = ''
  if (found.length > 0 && !bsd)
    text += 'Address                  HWtype  HWaddress           Flags Mask            Iface\n'
  for (const line of found) text += `${bsd ? bsdLine(line) : linuxLine(line)}\n`
  if (asked.has('v'))
    text += `Entries: ${lines.length}\tSkipped: ${lines.length - found.length}\tFound: ${found.length}\n`
  if (found.length === 0) {
    if (host !== '' && !bsd) text += `${host} (${host}) -- no entry\n`
    else if (host !== '' || device !== '') text += `arp: in ${lines.length} entries no match found.\n`
  }
  stdout.write(text)
  return 0
}

/** `arp_disp_2` */
function linuxLine({ address: of, flags, mac, device }: ArpLine): string {
  const name = formatIpv4(of).padEnd(25)
  const isPublished = (flags & ArpFlag.PUBLISHED) !== 0
  if ((flags & ArpFlag.COMPLETE) === 0 && !isPublished)
    return `${name}${' '.repeat(8)}${'(incomplete)'.padEnd(42)}${device}`
  const type = isPublished ? '*' : 'ether'
  const hardware = isPublished ? '<from_interface>' : mac
  const letters = `${(flags & ArpFlag.COMPLETE) !== 0 ? 'C' : ''}${(flags & ArpFlag.PERMANENT) !== 0 ? 'M' : ''}${isPublished ? 'P' : ''}`
  return `${name}${type.padEnd(8)}${hardware.padEnd(20)}${letters.padEnd(22)}${device}`
}

/** `arp_disp` */
function bsdLine({ address: of, flags, mac, device }: ArpLine): string {
  const isPublished = (flags & ArpFlag.PUBLISHED) !== 0
  const at = isPublished ? '<from_interface>' : (flags & ArpFlag.COMPLETE) === 0 ? '<incomplete>' : `${mac} [ether]`
  return `? (${formatIpv4(of)}) at ${at}${(flags & ArpFlag.PERMANENT) !== 0 ? ' PERM' : ''}${isPublished ? ' PUB' : ''} on ${device}`
}

function set([host, hardware, ...flags]: readonly string[], device: string, context: ProgramContext): number {
  const { netns, stderr } = context
  const fail = (message: string): number => {
    stderr.write(`${message}\n`)
    return FAILED
  }
  if (host === undefined) return fail('arp: need host name')
  const at = address(host)
  if (hardware === undefined) return fail('arp: need hardware address')
  const mac = /^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(hardware) ? readNeighbourMac(hardware) : null
  if (mac === null) {
    if (hardware.includes(':')) throw new UnsupportedError(`the Ethernet address ${hardware}`)
    return fail('arp: invalid hardware address')
  }
  const other = flags.find((word) => word !== 'temp')
  if (other !== undefined) throw new UnsupportedError(`arp -s … ${other}`)
  const link = deviceFor(netns, at, device)
  if (typeof link === 'string') return fail(`SIOCSARP: ${link}`)
  netns.neighbours.delete(link, at)
  if (flags.includes('temp')) netns.neighbours.addLearned(link, at, mac, 'STALE')
  else netns.neighbours.addPermanent(link, at, mac)
  return 0
}

function remove([host, ...flags]: readonly string[], device: string, { netns, stderr }: ProgramContext): number {
  const fail = (message: string): number => {
    stderr.write(`${message}\n`)
    return FAILED
  }
  if (host === undefined) return fail('arp: need host name')
  if (flags.length > 0) throw new UnsupportedError(`arp -d … ${flags[0]}`)
  const at = address(host)
  const link = deviceFor(netns, at, device)
  if (typeof link === 'string') return fail(`SIOCDARP(dontpub): ${link}`)
  return netns.neighbours.delete(link, at) ? 0 : fail(`No ARP entry for ${host}`)
}

/** The device by which the address is reached without a gateway (`arp_req_set`, net/ipv4/arp.c), or the kernel's reason. */
function deviceFor(netns: NetworkNamespace, at: Ipv4, name: string): Link | string {
  if (name !== '') return netns.deviceByName(name) ?? 'No such device'
  if (netns.addressType(at) !== 'unicast')
    throw new UnsupportedError(`arp for ${formatIpv4(at)}, which is an address of this host`)
  const near = netns.fib
    .routes(TableId.MAIN)
    .filter((route) => route.type === 'unicast' && route.gateway === 0)
    .filter(({ destination, length }) => prefixContains({ address: destination, length }, at))
    .sort((a, b) => b.length - a.length)
  const link = near[0] === undefined ? null : netns.linkByIndex(near[0].ifindex)
  return link ?? 'Network is unreachable'
}

function address(host: string): Ipv4 {
  const found = inetAton(host)
  if (found === undefined) throw new UnsupportedError(`the host name ${host}`, { hint: 'give its address' })
  return found
}
