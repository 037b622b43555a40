import { type Mac, parseMac, UnsupportedError } from '../../packet/index.ts'
import { NetlinkError, UsageError } from '../../route/index.ts'
import { abbreviates, Words } from '../../route/words.ts'

/** What `ip link add` and `ip link set` have in common (`iplink_parse`, iproute2 ip/iplink.c). */
export interface LinkWords {
  /** The device that stands there without a word before it, or behind `dev`. */
  device: string
  /** Behind `name`. */
  name: string
  /** `link DEV` */
  lower: string
  mac: Mac | null
  mtu: number | null
  netns: string
  up: boolean | null
  /** Null: not said; empty: `nomaster`. */
  master: string | null
  arp: boolean | null
  promiscuous: boolean | null
  txQueueLength: number | null
  type: string
  /** What stands behind the type. */
  rest: readonly string[]
}

const UNSUPPORTED = [
  'index',
  'xdp',
  'xdpgeneric',
  'xdpdrv',
  'xdpoffload',
  'allmulticast',
  'carrier',
  'vf',
  'vrf',
  'dynamic',
  'mode',
  'state',
  'numtxqueues',
  'numrxqueues',
  'addrgenmode',
  'link-netns',
  'link-netnsid',
  'protodown',
  'gso_max_size',
  'gso_max_segs',
  'gro_max_size',
  'parentdev',
]

export function readLinkWords(args: readonly string[]): LinkWords {
  const words = new Words(args)
  const link: LinkWords = {
    device: '',
    name: '',
    lower: '',
    mac: null,
    mtu: null,
    netns: '',
    up: null,
    master: null,
    arp: null,
    promiscuous: null,
    txQueueLength: null,
    type: '',
    rest: [],
  }
  let read = 0
  const next = (): string => {
    read++
    return words.next()
  }
  while (!words.atEnd) {
    const word = next()
    if (word === 'up') link.up = true
    else if (word === 'down') link.up = false
    else if (word === 'name') link.name = checkName(next(), 'name')
    else if (abbreviates(word, 'link')) link.lower = next()
    else if (abbreviates(word, 'address')) link.mac = readMac(next())
    else if (abbreviates(word, 'broadcast') || word === 'brd') next()
    else if (abbreviates(word, 'txqueuelen') || word === 'qlen' || abbreviates(word, 'txqlen'))
      link.txQueueLength = number(next(), 'txqueuelen')
    else if (word === 'mtu') link.mtu = number(next(), 'mtu')
    else if (word === 'netns') link.netns = next()
    else if (word === 'arp') link.arp = onOff(next(), 'arp')
    else if (word === 'promisc') link.promiscuous = onOff(next(), 'promisc')
    else if (word === 'multicast') {
      if (!onOff(next(), word)) throw new UnsupportedError('ip link option multicast off')
    } else if (word === 'trailers') onOff(next(), word)
    else if (word === 'master') link.master = next()
    else if (word === 'nomaster') link.master = ''
    else if (abbreviates(word, 'alias') || abbreviates(word, 'group')) next()
    else if (word === 'type') {
      link.type = next()
      link.rest = args.slice(read)
      return link
    } else if (UNSUPPORTED.includes(word)) throw new UnsupportedError(`ip link option ${word}`)
    else {
      const device = word === 'dev' ? next() : word
      if (link.device !== '') {
        throw new UsageError(`Error: either "dev" is duplicate, or "${device}" is a garbage.`)
      }
      link.device = checkName(device, 'dev')
    }
  }
  return link
}

function number(word: string, name: string): number {
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(word))
    throw new UsageError(`Error: argument "${word}" is wrong: Invalid "${name}" value\n`)
  return Number(word)
}

export function onOff(word: string, name: string): boolean {
  if (word === 'on') return true
  if (word === 'off') return false
  throw new UsageError(`Error: argument of "${name}" must be "on" or "off", not "${word}"`, 1)
}

/** `check_ifname`: at most 15 characters, no blank and no slash. Trap: a device's name may be longer for it, and the kernel refuses it. */
export function checkName(name: string, word: 'name' | 'dev'): string {
  if (word === 'dev' && name.length > 15 && name.length < 128 && !/[\s/]/.test(name)) {
    throw new UsageError('Error: Attribute failed policy validation.', 2)
  }
  if (name === '' || name.length > 15 || /[\s/]/.test(name)) {
    throw new UsageError(`Error: argument "${name}" is wrong: "${word}" not a valid ifname`)
  }
  return name
}

/**
 * An Ethernet address of a neighbour. Trap: what is too long is cut (`neigh_add`, net/core/neighbour.c).
 *
 * @throws UsageError, NetlinkError
 */
export function readNeighbourMac(word: string): Mac {
  const octets = octetsOf(word)
  if (octets.length < 6) throw new NetlinkError('EINVAL', 'Invalid link address')
  return macOf(octets.slice(0, 6))
}

/** An Ethernet address of a device. @throws UsageError as iproute2 words it (`ll_addr_a2n`, lib/ll_addr.c) */
export function readMac(word: string): Mac {
  const octets = octetsOf(word)
  if (octets.length !== 6) throw new UsageError(`Invalid address length ${octets.length} - must be 6 bytes`, 1)
  return macOf(octets)
}

function octetsOf(word: string): string[] {
  const octets = word.split(':')
  if (!octets.every((octet) => /^[0-9a-fA-F]{1,2}$/.test(octet)))
    throw new UsageError(`"${word}" is invalid lladdr.`, 1)
  return octets
}

function macOf(octets: readonly string[]): Mac {
  return parseMac(octets.map((octet) => octet.padStart(2, '0')).join(':'))
}
