import { emptyKey, icmpByName, type SetKey, type SetType } from '../../netfilter/ipset/index.ts'
import { formatProtocol } from '../../netfilter/text/protocols.ts'
import { servicePort } from '../../netfilter/text/services.ts'
import { Protocol, UnsupportedError } from '../../packet/index.ts'
import { inetAton } from '../names.ts'
import { IpsetSyntaxError, syntaxError } from './errors.ts'
import { readNumber, readPrefixLength } from './numbers.ts'

/** An element as somebody wrote it: a key, and how far the ranges in it reach. */
export interface WrittenElement {
  readonly key: SetKey
  /** `10.0.0.0/8`, or undefined without a prefix length. */
  readonly length: number | undefined
  readonly ipTo: number | undefined
  readonly portTo: number | undefined
  readonly length2: number | undefined
  readonly ip2To: number | undefined
}

type Draft = { -readonly [K in keyof WrittenElement]: WrittenElement[K] }

const UDP_LITE = 136
const MAX_INTERFACE = 15
const MAX_NAME = 31
const ORDINALS = ['none', 'one', 'two']
const COUNTS = ['', 'Two elem separators', 'Three elem separators']

/** Reads an element (lib/parse.c, `ipset_parse_elem`). @throws IpsetSyntaxError */
export function readElement(type: SetType, text: string): WrittenElement {
  const draft: Draft = {
    key: emptyKey(),
    length: undefined,
    ipTo: undefined,
    portTo: undefined,
    length2: undefined,
    ip2To: undefined,
  }
  splitElement(type, text).forEach((word, i) => {
    switch (type.parts[i]!) {
      case 'ip':
        if (i > 0) readSingleAddress(word)
        readAddress(word, i, draft)
        break
      case 'net':
        readAddress(word, i, draft)
        break
      case 'port':
        readPort(type, word, draft)
        break
      case 'iface':
        readInterface(word, draft.key)
        break
      case 'set':
        draft.key.set = checkSetName(word)
    }
  })
  return draft
}

/** A separator at the beginning or the end is none. */
function indexOfSeparator(text: string, separator: string): number {
  return text.startsWith(separator) || text.endsWith(separator) ? -1 : text.indexOf(separator)
}

function splitElement({ name, dimension }: SetType, text: string): string[] {
  if (name === 'list:set' && indexOfSeparator(text, ',') >= 0) refusePlace(text)
  const words: string[] = []
  let rest = text
  for (let part = 1; ; part++) {
    const comma = indexOfSeparator(rest, ',')
    if (comma < 0) {
      if (part < dimension) syntaxError(`${part === 1 ? 'Second' : 'Third'} element is missing from ${text}.`)
      words.push(rest)
      return words
    }
    if (part === dimension) {
      const found = part === 1 ? 'Elem separator' : COUNTS[part - 1]
      syntaxError(`${found} in ${text}, but settype ${name} supports ${ORDINALS[part - 1]}.`)
    }
    words.push(rest.slice(0, comma))
    rest = rest.slice(comma + 1)
  }
}

/** `SET,before,OTHER` puts a member of a list in its place. */
function refusePlace(text: string): never {
  const [, where, other, ...rest] = text.split(',')
  if ((where === 'before' || where === 'after') && other !== undefined && rest.length === 0) {
    throw new UnsupportedError(`a place in a list:set (${text})`)
  }
  throw new IpsetSyntaxError('you must specify elements as setname,[before|after],setname')
}

function readHost(text: string): number {
  return inetAton(text) ?? syntaxError(`cannot parse ${text}: resolving to IPv4 address failed`)
}

function readSingleAddress(text: string): void {
  if (indexOfSeparator(text, '-') >= 0 || (indexOfSeparator(text, '/') >= 0 && !text.endsWith('/32'))) {
    syntaxError(`plain IP address must be supplied: ${text}`)
  }
}

function readAddress(text: string, part: number, draft: Draft): void {
  const slash = indexOfSeparator(text, '/')
  const dash = slash < 0 ? indexOfSeparator(text, '-') : -1
  const end = slash >= 0 ? slash : dash >= 0 ? dash : text.length
  const length = slash < 0 ? undefined : readPrefixLength(text.slice(slash + 1))
  const address = readHost(text.slice(0, end))
  const to = dash < 0 ? undefined : readHost(text.slice(dash + 1))
  if (part === 0) {
    draft.key.ip = address
    draft.length = length
    draft.ipTo = to
  } else {
    draft.key.ip2 = address
    draft.length2 = length
    draft.ip2To = to
  }
}

function readProtocol(text: string): number {
  if (/^\d/.test(text)) {
    const number = Number(text)
    if (!(number <= 255)) syntaxError(`cannot parse '${text}' as a protocol`)
    return number
  }
  const name = text.toLowerCase()
  if (name === 'ip' || name === 'hopopt') syntaxError(`Unsupported protocol '${text}'`)
  for (let protocol = 1; protocol < 256; protocol++) if (formatProtocol(protocol) === name) return protocol
  return syntaxError(`cannot parse '${text}' as a protocol`)
}

/** `80`, `udp:53`, `tcp:80-90`, `icmp:echo-request`, `gre:0` */
function readPort(type: SetType, text: string, draft: Draft): void {
  const { key } = draft
  const colon = indexOfSeparator(text, ':')
  const word = colon < 0 ? 'tcp' : text.slice(0, colon)
  const ports = text.slice(colon + 1)
  key.protocol = colon < 0 ? Protocol.TCP : readProtocol(word)
  if (type.dimension === 1 && key.protocol !== Protocol.TCP && key.protocol !== Protocol.UDP) {
    // ipset ends with a segmentation fault here
    if (key.protocol === Protocol.ICMP) throw new UnsupportedError('ipset: icmp in a bitmap:port set')
    syntaxError('Only protocols TCP and UDP are valid')
  }
  switch (key.protocol) {
    case Protocol.TCP:
    case Protocol.UDP:
    case Protocol.SCTP:
    case UDP_LITE: {
      const dash = indexOfSeparator(ports, '-')
      if (dash >= 0) draft.portTo = readOnePort(ports.slice(dash + 1), word)
      key.port = readOnePort(dash < 0 ? ports : ports.slice(0, dash), word)
      break
    }
    case Protocol.ICMP:
      key.port = readIcmp(ports)
      break
    default:
      if (ports !== '0') syntaxError(`Protocol ${word} can be used with pseudo port value 0 only.`)
  }
}

/** A port of TCP or UDP as `create … range` has it too. @throws IpsetSyntaxError */
export function readOnePort(text: string, protocol: string): number {
  const named = servicePort(text, protocol)
  if (named !== undefined && /^(tcp|udp)$/.test(protocol)) return named
  try {
    return readNumber(text, 65535)
  } catch (error) {
    const first = (error as IpsetSyntaxError).message
    throw new IpsetSyntaxError(
      `${first}\nSyntax error: '${protocol}' is invalid as number\ncannot parse '${text}' as a ${protocol} port`,
    )
  }
}

function readIcmp(text: string): number {
  const named = icmpByName(text)
  if (named !== undefined) return named
  const slash = indexOfSeparator(text, '/')
  if (slash < 0) throw new IpsetSyntaxError(`Cannot parse ${text} as an ICMP type/code.`)
  return (readNumber(text.slice(0, slash), 255) << 8) | readNumber(text.slice(slash + 1), 255)
}

const PHYSDEV = 'physdev:'

function readInterface(text: string, key: SetKey): void {
  key.physdev = text.startsWith(PHYSDEV)
  key.iface = key.physdev ? text.slice(PHYSDEV.length) : text
  if (key.iface.length > MAX_INTERFACE) {
    syntaxError(`interface name '${key.iface}' is longer than ${MAX_INTERFACE} characters`)
  }
}

/** @throws IpsetSyntaxError */
export function checkSetName(name: string): string {
  if (name.length > MAX_NAME) syntaxError(`setname '${name}' is longer than ${MAX_NAME} characters`)
  return name
}
