import { Protocol } from '../../packet/protocol.ts'
import { badRule } from './errors.ts'
import { type NumberRange, parseUnsigned } from './numbers.ts'
import { servicePort } from './services.ts'

/** A port: a number in any base or the name of a service. */
export function parsePort(text: string, protocol: number): number {
  const port = parseUnsigned(text, 65535) ?? servicePort(text, protocol === Protocol.UDP)
  if (port === undefined) badRule(`invalid port/service \`${text}' specified`)
  return port
}

/**
 * `80`, `80:90`, `:90`, `80:` of `--sport` and `--dport`. A range that holds every port tests nothing, and iptables-save does not print it:
 * then the answer is undefined.
 */
export function parsePortRange(text: string, protocol: number, invert: boolean): NumberRange | undefined {
  const colon = text.indexOf(':')
  if (colon < 0) {
    const port = parsePort(text, protocol)
    return { min: port, max: port, invert }
  }
  const min = colon === 0 ? 0 : parsePort(text.slice(0, colon), protocol)
  const max = colon === text.length - 1 ? 65535 : parsePort(text.slice(colon + 1), protocol)
  if (min > max) badRule('invalid portrange (min > max)')
  return min === 0 && max === 65535 && !invert ? undefined : { min, max, invert }
}

/** ` ! --dport 80:90`, nothing when there is no test. */
export function printPortRange(option: string, range: NumberRange | undefined): string {
  if (range === undefined) return ''
  return `${range.invert ? ' !' : ''} --${option} ${range.min === range.max ? range.min : `${range.min}:${range.max}`}`
}

/** Is the port in the range, `!` taken into account? */
export function portMatches(range: NumberRange, port: number): boolean {
  return (port >= range.min && port <= range.max) !== range.invert
}
