import type { Ipv4 } from '../packet/address.ts'
import type { Packet, RouteAttachment } from '../packet/packet.ts'
import {
  type AddressType,
  type ErrnoName,
  errnoName,
  type MartianReason,
  type PathException,
  type Route,
  type RouteDecision,
  type Rule,
} from '../route/index.ts'
import type { Link } from './link.ts'

/** What a routing decision says of a packet (`struct rtable`): where it goes, by which device, and with which source address. */
export class Dst implements RouteAttachment {
  /** `local`: to this host; `unicast`: to another; `unreachable` when `error` is set. */
  readonly type: AddressType
  /** Delivered on this host (`RTCF_LOCAL`). */
  readonly isLocal: boolean
  /** The device by which it leaves; the loopback device for what stays here or has no way. */
  readonly link: Link
  /** The next hop, or 0 when the destination is on the link. */
  readonly gateway: Ipv4
  /** The source address for packets that have none yet. */
  readonly source: Ipv4
  /** The route that decided, null where no table had an answer. */
  readonly route: Route | null
  /** The policy rule that led to it. */
  readonly rule: Rule | null
  /** Set: there is no way, and this is why. */
  readonly error: ErrnoName | null
  /** Set: a packet like this may not come in at all. */
  readonly martian: MartianReason | null
  /** Found for a packet that came in (`rt_is_input_route`). */
  readonly input: boolean
  /** The packet leaves by the device that it came in on, and the sender could have reached the next hop itself (`IPSKB_DOREDIRECT`). */
  readonly redirect: boolean
  /** What routers have told of this destination: path MTU, a better gateway. */
  readonly exception: PathException | undefined

  constructor(
    decision: RouteDecision,
    link: Link,
    input: boolean,
    gateway: Ipv4,
    exception: PathException | undefined,
  ) {
    this.type = decision.type
    this.isLocal = decision.local
    this.link = link
    this.gateway = gateway
    this.source = decision.source
    this.route = decision.route
    this.rule = decision.rule
    this.error = decision.error === 0 ? null : (errnoName(decision.error) ?? 'EINVAL')
    this.martian = decision.martian
    this.input = input
    this.redirect = decision.redirect
    this.exception = exception
  }

  /** Not 0: sockets take a packet with this route for one that came in by that device (`rt_iif`): what a host sends itself, by the address's. */
  get inputIfindex(): number {
    return this.input || this.type !== 'local' ? 0 : (this.route?.ifindex ?? 0)
  }

  get outputIfindex(): number {
    return this.link.ifindex
  }
}

/** The device by which a packet came in, as sockets that are bound to one see it (`inet_iif`, include/net/ip.h). */
export function inetIif(packet: Packet): number {
  return (packet.route as Dst | null)?.inputIfindex || packet.iif
}
