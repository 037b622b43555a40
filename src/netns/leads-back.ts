import type { Ipv4 } from '../packet/address.ts'
import { type Fib, FibResult, FlowKey, LOOPBACK_IFINDEX } from '../route/index.ts'
import type { Link } from './link.ts'

/** The type-of-service octet without the ECN bits (INET_DSCP_MASK). */
const DS_FIELD = 0xfc

const key = new FlowKey()
const result = new FibResult()

/**
 * Does the way to the source of a packet lead out of the device that it came in by (`rpfilter_lookup_reverse`,
 * net/ipv4/netfilter/ipt_rpfilter.c)? What the `rpfilter` match asks; the sysctl has its own, `validateSource`.
 */
export function leadsBack(
  fib: Fib,
  link: Link,
  source: Ipv4,
  destination: Ipv4,
  tos: number,
  mark: number,
  options: { readonly loose: boolean; readonly acceptLocal: boolean },
): boolean {
  if (link.loopback) return true
  key.reset()
  key.destination = source
  key.source = destination
  key.tos = tos & DS_FIELD
  key.mark = mark
  key.iif = LOOPBACK_IFINDEX
  if (fib.lookup(key, result, false) !== 0) return false
  const route = result.route!
  if (route.type !== 'unicast' && !(route.type === 'local' && options.acceptLocal)) return false
  return options.loose || route.ifindex === link.ifindex
}
