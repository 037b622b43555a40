import { servicePort } from '../../../netfilter/text/services.ts'
import { parseMac, UnsupportedError } from '../../../packet/index.ts'
import { addressOfName } from '../../names.ts'
import { numberOf } from './arithmetic.ts'
import { IP_PROTOCOLS, ipProtocolTest, protocolTest, typeTest } from './protocols.ts'
import { FilterError, SYNTAX_ERROR, type Tokens } from './tokens.ts'
import { both, either, type FrameView, type Test, within } from './view.ts'

/** What stands before an address or a port, and holds for those behind `or` and `and`, too. */
export interface Qualifiers {
  readonly protocol: string
  readonly direction: 'src' | 'dst' | 'or' | 'and'
  readonly kind: 'host' | 'net' | 'port' | 'portrange' | 'proto'
}

const PROTOCOLS = ['ether', 'link', 'ip', 'arp', 'rarp', 'ip6', 'icmp6', ...Object.keys(IP_PROTOCOLS)]
const KINDS = ['host', 'net', 'port', 'portrange', 'proto'] as const
const REFUSED = [
  'vlan',
  'mpls',
  'pppoed',
  'pppoes',
  'geneve',
  'wlan',
  'fddi',
  'tr',
  'decnet',
  'iso',
  'atalk',
  'aarp',
  'lat',
  'moprc',
  'mopdl',
  'stp',
  'ipx',
  'netbeui',
  'clnp',
  'esis',
  'isis',
  'ifname',
  'on',
  'rnr',
  'rulenum',
  'reason',
  'rset',
  'srnr',
  'ruleset',
  'subrulenum',
  'action',
  'type',
  'subtype',
  'dir',
  'addr1',
  'addr2',
  'addr3',
  'addr4',
  'protochain',
  'ifindex',
  'carp',
  'radio',
  'slip',
  'ppp',
  'lane',
  'oam',
  'oamf4',
]

/**
 * One test. @param before what was said before an earlier one
 * @returns it, and what was said before it
 */
export function primitive(tokens: Tokens, before: Qualifiers | null): [test: Test, said: Qualifiers | null] {
  const word = tokens.peek()
  if (word === undefined || word === ')') throw new FilterError(SYNTAX_ERROR)
  if (REFUSED.includes(word)) throw new UnsupportedError(`tcpdump filter ${word}`)
  if (word === 'gateway') throw new FilterError("'gateway' not supported in this configuration")
  if (tokens.take('greater') !== undefined) return [lengthTest(tokens, (length, limit) => length >= limit), before]
  if (tokens.take('less') !== undefined) return [lengthTest(tokens, (length, limit) => length <= limit), before]
  if (tokens.take('inbound') !== undefined) return [directionTest('in'), before]
  if (tokens.take('outbound') !== undefined) return [directionTest('out'), before]
  if (tokens.take('broadcast') !== undefined) return [toMac('ff:ff:ff:ff:ff:ff'), before]
  if (tokens.take('multicast') !== undefined) return [groupTest, before]
  const protocol = tokens.take(...PROTOCOLS)
  if (protocol !== undefined && tokens.take('broadcast') !== undefined) {
    if (protocol !== 'ether') throw new UnsupportedError(`tcpdump filter ${protocol} broadcast`)
    return [toMac('ff:ff:ff:ff:ff:ff'), before]
  }
  if (protocol !== undefined && tokens.take('multicast') !== undefined) {
    if (protocol === 'ether') return [groupTest, before]
    if (protocol !== 'ip') throw new UnsupportedError(`tcpdump filter ${protocol} multicast`)
    return [within(typeTest(0x800), (view) => view.network.u8(16) >= 224), before]
  }
  const direction = readDirection(tokens)
  const kind = tokens.take(...KINDS) as Qualifiers['kind'] | undefined
  if (protocol !== undefined && direction === undefined && kind === undefined) {
    const next = tokens.peek()
    if (next === undefined || !isOperand(next)) {
      const test = protocolTest(protocol)
      if (test === undefined) throw new FilterError(SYNTAX_ERROR)
      return [test, { protocol, direction: 'or', kind: 'host' }]
    }
  }
  const bare = protocol === undefined && direction === undefined && kind === undefined
  // an address alone is none but behind another
  if (bare && before === null) throw new FilterError(SYNTAX_ERROR)
  const said: Qualifiers = bare
    ? before!
    : { protocol: protocol ?? '', direction: direction ?? 'or', kind: kind ?? 'host' }
  const operand = tokens.next()
  if (!isOperand(operand)) throw new FilterError(SYNTAX_ERROR)
  return [operandTest(operand, said, tokens), said]
}

function isOperand(token: string): boolean {
  return /^[\\A-Za-z0-9]/.test(token) && !['and', 'or', 'not', 'src', 'dst', ...PROTOCOLS, ...KINDS].includes(token)
}

/** `src`, `dst`, `src or dst`, `src and dst` */
function readDirection(tokens: Tokens): Qualifiers['direction'] | undefined {
  const first = tokens.take('src', 'dst')
  if (first === undefined) return undefined
  const [joint, other] = [tokens.peek(), tokens.peek(1)]
  if (
    (joint === 'or' || joint === 'and' || joint === '||' || joint === '&&') &&
    other === (first === 'src' ? 'dst' : 'src')
  ) {
    tokens.at += 2
    return joint === 'or' || joint === '||' ? 'or' : 'and'
  }
  return first as 'src' | 'dst'
}

function operandTest(operand: string, said: Qualifiers, tokens: Tokens): Test {
  switch (said.kind) {
    case 'host':
      return said.protocol === 'ether' || said.protocol === 'link' ? macTest(operand, said) : hostTest(operand, said)
    case 'net':
      return netTest(operand, said, tokens)
    case 'port':
      return numberOf(operand) === undefined
        ? namedPortTest(operand, said)
        : portTest(portOf(operand), portOf(operand), said)
    case 'portrange': {
      const [from = '', to] = operand.split('-')
      if (to === undefined) return portTest(portOf(from), portOf(from), said)
      const ends = [portOf(from), portOf(to)].sort((a, b) => a - b)
      return portTest(ends[0]!, ends[1]!, said)
    }
    case 'proto':
      return protoTest(operand, said)
  }
}

function protoTest(operand: string, { protocol }: Qualifiers): Test {
  const name = operand.replace(/^\\/, '')
  // names of protocols are words of their own here, unless a backslash stands before them
  if (name === operand && protocolTest(name) !== undefined) throw new FilterError(SYNTAX_ERROR)
  const number = numberOf(name) ?? IP_PROTOCOLS[name]
  if (protocol === 'ether') {
    const test = number === undefined ? protocolTest(name) : typeTest(number)
    if (test === undefined) throw new FilterError(`unknown ether proto '${name}'`)
    return test
  }
  if (number === undefined) throw new FilterError(`unknown ip proto '${name}'`)
  if (protocol !== '' && protocol !== 'ip') throw new UnsupportedError(`tcpdump filter ${protocol} proto`)
  return ipProtocolTest(number)
}

function macTest(operand: string, { direction }: Qualifiers): Test {
  if (!/^([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}$/.test(operand)) throw new FilterError('illegal link layer address')
  const mac = parseMac(operand)
  const at =
    (offset: number) =>
    (view: FrameView): boolean => {
      requireEthernet(view)
      return view.octets.u16(offset) * 2 ** 32 + view.octets.u32(offset + 2) === mac
    }
  return directed(direction, at(6), at(0))
}

function hostTest(operand: string, said: Qualifiers): Test {
  const [address, mask] = addressOf(operand)
  return addressTest(address, mask, said)
}

/** Trap: of an address that is cut short only what is there counts, also for `host`. */
function addressOf(operand: string): [address: number, mask: number] {
  if (/^\d+(\.\d+){1,3}$/.test(operand)) {
    const octets = operand.split('.').map(Number)
    if (octets.some((octet) => octet > 255)) throw new FilterError(`invalid IPv4 address '${operand}'`)
    const mask = maskOf(8 * octets.length)
    return [[0, 1, 2, 3].reduce((all, i) => all * 256 + (octets[i] ?? 0), 0), mask]
  }
  const number = numberOf(operand)
  if (number !== undefined) return [number, 0xffffffff]
  if (/:/.test(operand)) throw new UnsupportedError(`IPv6 (${operand})`)
  const named = addressOfName(operand)
  if (named === undefined) throw new FilterError(`unknown host '${operand}'`)
  return [named >>> 0, 0xffffffff]
}

function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0
}

/** `net 10.0.0.0/8`, `net 10.0`, `net 10`, `net 10.0.0.0 mask 255.0.0.0` */
function netTest(operand: string, said: Qualifiers, tokens: Tokens): Test {
  if (!/^\d+(\.\d+){0,3}$/.test(operand)) throw new FilterError(`unknown network '${operand}'`)
  const isNumber = !operand.includes('.')
  if (tokens.peek() === '/' || tokens.peek() === 'mask') {
    if (isNumber) throw new FilterError(SYNTAX_ERROR)
    const slash = tokens.next() === '/'
    const word = tokens.next()
    const [address] = addressOf(operand)
    const length = numberOf(word)
    if (slash && length === undefined) throw new FilterError(SYNTAX_ERROR)
    if (slash && length! > 32) throw new FilterError('mask length must be <= 32')
    const mask = slash ? maskOf(length!) : addressOf(word)[0]
    if ((address & ~mask) >>> 0 !== 0)
      throw new FilterError(`non-network bits set in "${operand}${slash ? '/' : ' mask '}${word}"`)
    return addressTest(address, mask, said)
  }
  if (!isNumber) return addressTest(...addressOf(operand), said)
  let address = Number(operand)
  let mask = 0xffffffff
  while (address !== 0 && address < 0x1000000) {
    address *= 256
    mask = (mask << 8) >>> 0
  }
  return addressTest(address, mask, said)
}

function addressTest(address: number, mask: number, { protocol, direction }: Qualifiers): Test {
  if (protocol !== '' && protocol !== 'ip' && protocol !== 'arp' && protocol !== 'rarp')
    throw new FilterError(`'${protocol}' modifier applied to host`)
  const at = (source: number, target: number): Test => {
    const equals =
      (offset: number) =>
      (view: FrameView): boolean =>
        ((view.network.u32(offset) & mask) ^ (address & mask)) === 0
    return directed(direction, equals(source), equals(target))
  }
  const ip = both(typeTest(0x800), at(12, 16))
  const arp = both(typeTest(0x806), at(14, 24))
  if (protocol === 'ip') return ip
  if (protocol === 'arp') return arp
  const rarp = both(typeTest(0x8035), at(14, 24))
  return protocol === 'rarp' ? rarp : either(ip, arp, rarp)
}

function portOf(word: string): number {
  const number = numberOf(word)
  if (number === undefined)
    throw new UnsupportedError(`tcpdump filter port ${word}`, { hint: 'the ends of a range by their number' })
  if (number > 65535) throw new FilterError(`illegal port number ${number} > 65535`)
  return number
}

/** A port by its name in /etc/services; where only one transport has it, that one is meant (`pcap_nametoport`). */
function namedPortTest(name: string, said: Qualifiers): Test {
  const [tcp, udp] = [servicePort(name, 'tcp'), servicePort(name, 'udp')]
  const port = tcp ?? udp
  if (port === undefined) throw new FilterError(`unknown port '${name}'`)
  const only = tcp === undefined ? 'udp' : udp === undefined ? 'tcp' : null
  if (only !== null && said.protocol !== '' && said.protocol !== only && TRANSPORTS.includes(said.protocol))
    throw new FilterError(`port '${name}' is ${only}`)
  return portTest(port, port, only === null || said.protocol !== '' ? said : { ...said, protocol: only })
}

const TRANSPORTS = ['tcp', 'udp', 'sctp']

function portTest(from: number, to: number, { protocol, direction }: Qualifiers): Test {
  const transports = protocol === '' ? TRANSPORTS : [protocol]
  if (!transports.every((name) => TRANSPORTS.includes(name))) throw new FilterError("illegal qualifier of 'port'")
  const at =
    (offset: number) =>
    (view: FrameView): boolean => {
      const port = view.transport.u16(offset)
      return port >= from && port <= to
    }
  const ports = both({ passes: (view) => !view.isLaterFragment, ofKind: () => null }, directed(direction, at(0), at(2)))
  return either(...transports.map((name) => both(protocolTest(name)!, ports)))
}

function directed(
  direction: Qualifiers['direction'],
  source: (view: FrameView) => boolean,
  target: (view: FrameView) => boolean,
): Test {
  const passes =
    direction === 'src'
      ? source
      : direction === 'dst'
        ? target
        : direction === 'and'
          ? (view: FrameView) => source(view) && target(view)
          : (view: FrameView) => source(view) || target(view)
  return { passes, ofKind: () => null }
}

function lengthTest(tokens: Tokens, compare: (length: number, limit: number) => boolean): Test {
  const limit = numberOf(tokens.next())
  if (limit === undefined) throw new FilterError(SYNTAX_ERROR)
  return { passes: (view) => compare(view.length, limit), ofKind: () => null }
}

function directionTest(direction: 'in' | 'out'): Test {
  return {
    passes: ({ captured }) => {
      if (captured.direction === null)
        throw new FilterError('inbound/outbound not supported on Ethernet when reading savefiles')
      return captured.direction === direction
    },
    ofKind: () => null,
  }
}

const groupTest: Test = {
  passes: (view) => {
    requireEthernet(view)
    return (view.octets.u8(0) & 1) !== 0
  },
  ofKind: () => null,
}

function toMac(mac: string): Test {
  return macTest(mac, { protocol: 'ether', direction: 'dst', kind: 'host' })
}

function requireEthernet(view: FrameView): void {
  if (!view.hasEthernet) throw new UnsupportedError('Ethernet addresses in a tcpdump filter on the device any')
}
