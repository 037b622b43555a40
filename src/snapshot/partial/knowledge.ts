import { type Ipv4, tryParseIpv4 } from '../../packet/address.ts'
import type { NamespaceEvidence } from '../evidence.ts'

/** What is known of the host's addresses and routes. */
export interface Knowledge {
  /** `all`: every address was told. `routes`: taken from the routes. `some`: there may be others. */
  readonly addresses: 'all' | 'routes' | 'some'
  readonly routes: boolean
  /** The addresses that are known. */
  readonly own: ReadonlySet<Ipv4>
}

/** What the evidence tells of addresses and routes. */
export function knowledgeOf({ links, partial, routes, routeTables }: NamespaceEvidence): Knowledge {
  const own = new Set<Ipv4>()
  for (const { addresses } of links ?? []) for (const { address } of addresses) own.add(address)
  const tellsMain = routes !== null && (routeTables === 'all' || routeTables.has('main'))
  const tellsLocal = routes !== null && (routeTables === 'all' || routeTables.has('local'))
  const linksTell = links !== null && !partial.has('links') && !partial.has('addresses')
  if (routes !== null) for (const { text } of routes) for (const address of ownOf(text)) own.add(address)
  return {
    addresses: linksTell || tellsLocal ? 'all' : tellsMain ? 'routes' : 'some',
    routes: tellsMain,
    own,
  }
}

/** The host's own addresses of which a route speaks: `src 10.0.0.1`, `local 10.0.0.1`. */
function ownOf(route: string): Ipv4[] {
  const words = route.split(/\s+/)
  const found = words.flatMap((word, i) =>
    word === 'src' || (i === 0 && word === 'local') ? [words[i + 1] ?? ''] : [],
  )
  return found.flatMap((text) => tryParseIpv4(text) ?? [])
}
