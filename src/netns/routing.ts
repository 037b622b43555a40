import type { Ipv4 } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import { type Fib, FlowKey, type PathExceptions, RouteDecision, routeInput, routeOutput } from '../route/index.ts'
import { Dst } from './dst.ts'
import type { Link } from './link.ts'
import type { OutputKey } from './stack.ts'

/** What these functions ask of a namespace. */
export interface RoutingHost {
  readonly fib: Fib
  readonly exceptions: PathExceptions
  readonly loopback: Link
  linkByIndex(ifindex: number): Link | null
}

const key = new FlowKey()
const decision = new RouteDecision()

/** Routes a packet that has come in by a link (`ip_route_input`). */
export function inputDst(
  host: RoutingHost,
  link: Link,
  destination: Ipv4,
  source: Ipv4,
  tos: number,
  mark: number,
  packet: Packet | undefined,
): Dst {
  key.reset()
  key.destination = destination
  key.source = source
  key.iif = link.ifindex
  key.tos = tos & DS_FIELD
  key.mark = mark
  if (host.fib.asksTransport && packet !== undefined) dissect(packet)
  routeInput(host.fib, key, link, decision)
  return makeDst(host, true)
}

/** Routes a packet that this host sends (`ip_route_output_key`). */
export function outputDst(host: RoutingHost, asked: OutputKey): Dst {
  key.reset()
  key.destination = asked.destination
  key.source = asked.source
  key.tos = asked.tos & DS_FIELD
  key.mark = asked.mark
  key.oif = asked.oif
  key.anySource = asked.anySource === true
  key.protocol = asked.protocol ?? 0
  key.sourcePort = asked.sourcePort ?? 0
  key.destinationPort = asked.destinationPort ?? 0
  routeOutput(host.fib, key, decision)
  return makeDst(host, false)
}

/** `fib4_rules_early_flow_dissect`: the ports of a packet that is no fragment. */
function dissect({ ip, l4 }: Packet): void {
  if (ip === null) return
  key.protocol = ip.protocol
  if (ip.mf || ip.fragmentOffset > 0 || l4 === null || l4.kind === 'icmp') return
  key.sourcePort = l4.sport
  key.destinationPort = l4.dport
}

/** The type-of-service octet without the ECN bits (INET_DSCP_MASK). */
const DS_FIELD = 0xfc

function makeDst(host: RoutingHost, input: boolean): Dst {
  const link = host.linkByIndex(decision.ifindex) ?? host.loopback
  const { route } = decision
  const leadsOn = route !== null && !decision.local && decision.error === 0 && decision.martian === null
  if (!leadsOn || host.exceptions.isEmpty) return new Dst(decision, link, input, decision.gateway, undefined)
  const exception = host.exceptions.use(route, decision.destination)
  if (exception === undefined) return new Dst(decision, link, input, decision.gateway, undefined)
  const gateway = exception.gateway === 0 ? decision.gateway : exception.gateway
  return new Dst(decision, link, input, gateway, exception)
}
