import { formatPrefix, lengthOfMask, tryParseIpv4 } from '../../packet/index.ts'
import type { NeighbourEvidence } from '../evidence.ts'
import { linesOf, macOf, wordsOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'
import type { RouteLine } from './routes.ts'

/*
 * `route -n` and `arp -n` of net-tools, and of busybox, which print the main table and the neighbours (lib/inet_gr.c, arp.c).
 */

/**
 * The routes of `route -n`. Who made a route, its source and its metrics are not told; and a route that rejects does not say how, so that it does
 * not count and the table is not told as a whole.
 */
export function readRouteTable(
  text: string,
  context: PrintContext,
): { readonly routes: readonly RouteLine[]; readonly complete: boolean } {
  const routes: RouteLine[] = []
  let complete = true
  for (const [line, raw] of linesOf(text).entries()) {
    const [destination, gateway, mask, flags, metric, , , dev] = wordsOf(raw)
    if (destination === undefined || destination === 'Kernel' || destination === 'Destination') continue
    const address = tryParseIpv4(destination)
    const bits = mask === undefined ? undefined : tryParseIpv4(mask)
    const length = bits === undefined ? -1 : lengthOfMask(bits)
    if (address === undefined || length < 0 || flags === undefined || flags.includes('!') || dev === undefined) {
      complete = false
      context.note(`not understood: ${quoted(raw)}`, line)
      continue
    }
    const to = length === 0 ? 'default' : length === 32 ? destination : formatPrefix({ address, length })
    const way = flags.includes('G') ? `via ${gateway} dev ${dev}` : `dev ${dev} scope link`
    routes.push({ text: `${to} ${way}${metric === '0' ? '' : ` metric ${metric}`}`, line, table: 'main' })
  }
  if (routes.length > 0) context.note('route -n does not tell the sources and the MTUs of routes; ask with ip route')
  return { routes, complete }
}

/** The entries of `arp -n` and `arp -an`. Whether one was heard from lately is not told. */
export function readArpTable(
  text: string,
  context: PrintContext,
): { readonly entries: NeighbourEvidence[]; readonly complete: boolean } {
  const entries: NeighbourEvidence[] = []
  let complete = true
  for (const [line, raw] of linesOf(text).entries()) {
    const words = wordsOf(raw)
    if (words.length === 0 || words[0] === 'Address' || /^arp: in [0-9]+ entries/.test(raw)) continue
    // `? (10.0.0.5) at 02:00:00:00:00:05 [ether] PERM on eth0`
    const bsd = words[0] === '?' && words[2] === 'at'
    const address = tryParseIpv4(bsd ? words[1]!.replace(/^\(/, '').replace(/\)$/, '') : words[0]!)
    const dev = words.at(-1)!
    const isProxy = bsd ? words.includes('PUP') : words.includes('CMP') || words.includes('MP')
    if (address === undefined || words.length < 3 || isProxy) {
      complete = false
      context.note(`not understood: ${quoted(raw)}`, line)
      continue
    }
    const mac = macOf(bsd ? words[3] : words[2]) ?? null
    const permanent = bsd ? words.includes('PERM') : words.includes('CM')
    const state = mac === null ? 'INCOMPLETE' : permanent ? 'PERMANENT' : 'STALE'
    entries.push({ address, dev, mac, state, source: context.at(line) })
  }
  return { entries, complete }
}
