import type { OutputKey, Stack, TransportProtocol } from '../netns/stack.ts'
import type { Ipv4 } from '../packet/address.ts'

/** What the sockets ask of the namespace that they are in. A `NetworkNamespace` has it all. */
export interface SocketHost
  extends Pick<
    Stack,
    | 'name'
    | 'sim'
    | 'sysctl'
    | 'addressType'
    | 'routeOutput'
    | 'linkByIndex'
    | 'localOut'
    | 'icmpSend'
    | 'drop'
    | 'count'
    | 'pathMtu'
    | 'nextIpId'
    | 'tunnels'
  > {
  /** By IP protocol number; `installSockets` writes its handlers here. */
  readonly protocols: (TransportProtocol | undefined)[]
}

/** A question to routing that is filled anew each time, so that sending allocates none. */
export class RouteQuestion implements OutputKey {
  destination = 0 as Ipv4
  source = 0 as Ipv4
  tos = 0
  mark = 0
  oif = 0
  anySource = false
  protocol = 0
  sourcePort = 0
  destinationPort = 0

  fill(destination: Ipv4, source: Ipv4, tos: number, mark: number, oif: number): this {
    this.destination = destination
    this.source = source
    this.tos = tos
    this.mark = mark
    this.oif = oif
    this.protocol = 0
    this.sourcePort = 0
    this.destinationPort = 0
    return this
  }

  /** What policy rules may ask for, too. */
  transport(protocol: number, sourcePort: number, destinationPort: number): this {
    this.protocol = protocol
    this.sourcePort = sourcePort
    this.destinationPort = destinationPort
    return this
  }
}
