import { type Ipv4, tryParseIpv4 } from '../../packet/address.ts'

/** What a line of conntrack(8) or of /proc/net/nf_conntrack says of a connection with ports. */
export interface ParsedFlow {
  readonly protocol: number
  readonly original: { readonly src: Ipv4; readonly dst: Ipv4; readonly sport: number; readonly dport: number }
  readonly reply: { readonly src: Ipv4; readonly dst: Ipv4; readonly sport: number; readonly dport: number }
}

const TUPLE = /\bsrc=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/g
const HEAD = /^(?:\[\w+\]\s+)?(?:ipv4\s+2\s+)?[a-z]+\s+(\d+)\s/

/** Null for what is no connection over IPv4, or one without ports. */
export function parseFlow(line: string): ParsedFlow | null {
  const head = HEAD.exec(line.trimStart())
  const [original, reply] = [...line.matchAll(TUPLE)].map(tupleOf)
  if (head === null || original == null || reply == null) return null
  return { protocol: Number(head[1]), original, reply }
}

function tupleOf([, source, destination, sport, dport]: RegExpExecArray): ParsedFlow['original'] | null {
  const src = tryParseIpv4(source!)
  const dst = tryParseIpv4(destination!)
  return src === undefined || dst === undefined ? null : { src, dst, sport: Number(sport), dport: Number(dport) }
}
