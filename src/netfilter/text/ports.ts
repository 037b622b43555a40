import { badRule } from './errors.ts'
import { type NumberRange, parseUnsigned } from './numbers.ts'
import { formatProtocol } from './protocols.ts'
import { servicePort } from './services.ts'

/** A port: a number in any base or the name of a service of this protocol. */
export function parsePort(text: string, protocol: number): number {
  const port = parseUnsigned(text, 65535) ?? servicePort(text, formatProtocol(protocol))
  if (port === undefined) badRule(`invalid port/service \`${text}' specified`)
  return port
}

/** `80`, `80:90`, `:90`, `80:` of `--sport` and `--dport`. */
export function parsePortRange(text: string, protocol: number, invert: boolean): NumberRange {
  const colon = text.indexOf(':')
  if (colon < 0) {
    const port = parsePort(text, protocol)
    return { min: port, max: port, invert }
  }
  const min = colon === 0 ? 0 : parsePort(text.slice(0, colon), protocol)
  const max = colon === text.length - 1 ? 65535 : parsePort(text.slice(colon + 1), protocol)
  if (min > max) badRule('invalid portrange (min > max)')
  return { min, max, invert }
}

/**
 * A port where iptables leaves the reading to getaddrinfo(3): a decimal number, of which the last 16 bits count, or the name of a service of any
 * protocol.
 */
function resolvePort(text: string): number {
  const digits = /^[ \t-\r]*\+?(\d*)$/.exec(text)?.[1]
  const port = digits === undefined ? servicePort(text, null) : Number(BigInt(digits) & 0xffffn)
  if (port === undefined) badRule(`Port "${text}" does not resolve to anything.\n`)
  return port
}

/** `80`, `80:90`, `:90`, `80:` in the newer extensions, where a range may run backwards (libxtables/xtoptions.c, `xtopt_parse_mport`). */
export function resolvePortRange(kind: string, option: string, text: string, invert: boolean): NumberRange {
  const parts = text.split(':')
  if (parts.length > 2) badRule(`${kind}: Too many components for option "--${option}" (max: 2)\n`)
  const [first = '', last] = parts
  const min = resolvePort(first)
  return { min, max: last === undefined ? min : last === '' ? 65535 : resolvePort(last), invert }
}

/** Does the range hold every port? */
export function isEveryPort(range: NumberRange): boolean {
  return range.min === 0 && range.max === 65535
}

/**
 * What the nf_tables back end makes of a port test when it says it in its own words (iptables/nft.c, `add_nft_tcpudp`): `! 0:22` becomes
 * `23:65535`, and a test that holds every port is forgotten, even when it is denied and so would let nothing through.
 */
export function nativePortRange(range: NumberRange | undefined): NumberRange | undefined {
  if (range === undefined || isEveryPort(range)) return undefined
  if (!range.invert || range.min !== 0 || range.max === 0) return range
  return { min: range.max + 1, max: 65535, invert: false }
}

/** ` ! --dport 80:90`, nothing when there is no test or it holds every port. */
export function printPortRange(option: string, range: NumberRange | undefined): string {
  if (range === undefined || isEveryPort(range)) return ''
  return `${range.invert ? ' !' : ''} --${option} ${range.min === range.max ? range.min : `${range.min}:${range.max}`}`
}

/** Is the port in the range, `!` taken into account? */
export function portMatches(range: NumberRange, port: number): boolean {
  return (port >= range.min && port <= range.max) !== range.invert
}

/** A port that is denied alone, without a range; 0 is none. */
function isDeniedPort(range: NumberRange | undefined): range is NumberRange {
  return range?.invert === true && range.min === range.max && range.min !== 0
}

/**
 * The test of both ports as the nf_tables back end says it. `! --sport 5 ! --dport 6` becomes one comparison of the four octets (iptables/nft.c,
 * `add_nft_tcpudp`), and so fails only where both ports are the named ones.
 */
export function nativePortTest(
  sport: NumberRange | undefined,
  dport: NumberRange | undefined,
): (source: number, destination: number) => boolean {
  if (isDeniedPort(sport) && isDeniedPort(dport)) {
    return (source, destination) => source !== sport.min || destination !== dport.min
  }
  return portTest(sport, dport)
}

/** The test of both ports, each by itself. */
export function portTest(
  sport: NumberRange | undefined,
  dport: NumberRange | undefined,
): (source: number, destination: number) => boolean {
  return (source, destination) =>
    (sport === undefined || portMatches(sport, source)) && (dport === undefined || portMatches(dport, destination))
}
