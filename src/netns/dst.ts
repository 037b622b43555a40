import type { Ipv4 } from '../packet/address.ts'
import type { RouteAttachment } from '../packet/packet.ts'
import type { AddressType } from '../route/types.ts'
import type { Route } from '../route/index.ts'
import type { Link } from './link.ts'

/** Why routing failed, by errno name. */
export type RouteError = 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL' | 'EXDEV' | 'ENODEV'

/** What a routing decision says of a packet (`struct rtable`): where it goes, by which device, and with which source address. */
export class Dst implements RouteAttachment {
  /** `local`: to this host; `unicast`: to another; an error type when `error` is set. */
  readonly type: AddressType
  /** The device by which it leaves; the loopback device when `type` is local. */
  readonly link: Link
  /** The next hop, or 0 when the destination is on the link. */
  readonly gateway: Ipv4
  /** The source address for packets that have none yet. */
  readonly source: Ipv4
  /** The route that decided, for MTU and for traces; null for the few cases that ask no table. */
  readonly route: Route | null
  /** Table and priority of the rule that led to the route, for traces. */
  readonly table: number
  readonly rulePriority: number
  /** Set: there is no way, and this is why. */
  readonly error: RouteError | null
  /** Found for a packet that came in (`rt_is_input_route`). */
  readonly input: boolean
  /** The packet leaves by the device that it came in on, and the sender could have reached the next hop itself (`IPSKB_DOREDIRECT`). */
  redirect = false

  constructor(fields: {
    type: AddressType
    link: Link
    gateway?: Ipv4
    source?: Ipv4
    route?: Route | null
    table?: number
    rulePriority?: number
    error?: RouteError | null
    input: boolean
  }) {
    this.type = fields.type
    this.link = fields.link
    this.gateway = fields.gateway ?? (0 as Ipv4)
    this.source = fields.source ?? (0 as Ipv4)
    this.route = fields.route ?? null
    this.table = fields.table ?? 0
    this.rulePriority = fields.rulePriority ?? 0
    this.error = fields.error ?? null
    this.input = fields.input
  }

  get outputIfindex(): number {
    return this.link.ifindex
  }

  /** Delivered on this host (`RTCF_LOCAL`). */
  get isLocal(): boolean {
    return this.type === 'local' || this.type === 'broadcast'
  }
}
