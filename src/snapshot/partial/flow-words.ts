import { type Ipv4, tryParseIpv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { PcapngWriter } from '../../packet/pcapng.ts'

/** What conntrack may think of the packet. */
export const CT_STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'] as const
/** The state that a packet is supposed to have. */
export type SupposedState = (typeof CT_STATES)[number]

/** The hook that a walk may be confined to. */
export type HookName = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING'

/** A packet, and what is known of its way through one host. */
export interface HostFlow {
  readonly source: Ipv4
  /** 1 to 65535. Default: an ephemeral one. */
  readonly sourcePort?: number | undefined
  readonly destination: Ipv4
  readonly port?: number | undefined
  /** Default: tcp with a port, icmp (a ping) without one. */
  readonly protocol?: 'tcp' | 'udp' | 'sctp' | 'icmp' | undefined
  /** The device by which it comes in. */
  readonly in?: string | undefined
  /** The device by which it leaves, where the routes were not told. */
  readonly out?: string | undefined
  /** Only this hook. */
  readonly hook?: HookName | undefined
  /** The fwmark with which it comes in. Default 0. */
  readonly mark?: number | undefined
  /** What conntrack thinks of it. Default NEW. */
  readonly state?: SupposedState | undefined
}

/** A question about one host. */
export interface HostTraceRequest extends HostFlow {
  /** As the user wrote them. */
  readonly names: { readonly from: string; readonly to: string }
  readonly allBranches?: boolean | undefined
  readonly detail?: 'minimal' | 'summary' | 'detailed' | undefined
  readonly packets?: number | undefined
  readonly seed?: number | undefined
  readonly capture?: PcapngWriter | undefined
}

/**
 * An address with or without a port, `10.0.0.1:80`.
 *
 * @param what names it in errors
 * @throws KubehopError `BAD_REFERENCE`
 */
export function parseEnd(text: string, what: string): { readonly address: Ipv4; readonly port: number | undefined } {
  const [, host = '', digits] = /^([^:]*)(?::([0-9]{1,5}))?$/.exec(text) ?? []
  const address = tryParseIpv4(host)
  if (address === undefined) {
    throw new KubehopError('BAD_REFERENCE', `${what} "${text}" is no IPv4 address with or without a port`, {
      hint: 'such as 203.0.113.7 or 10.96.0.10:53',
    })
  }
  return { address, port: digits === undefined ? undefined : Number(digits) }
}
