import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'

/** The counters of /proc/net/snmp and /proc/net/netstat that the model moves, by group and name as they stand there. */
export const COUNTERS = [
  'IpInReceives',
  'IpInHdrErrors',
  'IpInAddrErrors',
  'IpForwDatagrams',
  'IpInUnknownProtos',
  'IpInDiscards',
  'IpInDelivers',
  'IpOutRequests',
  'IpOutDiscards',
  'IpOutNoRoutes',
  'IpReasmTimeout',
  'IpReasmReqds',
  'IpReasmOKs',
  'IpReasmFails',
  'IpFragOKs',
  'IpFragFails',
  'IpFragCreates',
  'IpOutTransmits',
  'IcmpInMsgs',
  'IcmpInErrors',
  'IcmpInDestUnreachs',
  'IcmpInTimeExcds',
  'IcmpInRedirects',
  'IcmpInEchos',
  'IcmpInEchoReps',
  'IcmpOutMsgs',
  'IcmpOutErrors',
  'IcmpOutDestUnreachs',
  'IcmpOutTimeExcds',
  'IcmpOutRedirects',
  'IcmpOutEchos',
  'IcmpOutEchoReps',
  'IcmpOutRateLimitHost',
  'IcmpOutRateLimitGlobal',
  'TcpActiveOpens',
  'TcpPassiveOpens',
  'TcpAttemptFails',
  'TcpEstabResets',
  'TcpInSegs',
  'TcpOutSegs',
  'TcpRetransSegs',
  'TcpOutRsts',
  'UdpInDatagrams',
  'UdpNoPorts',
  'UdpInErrors',
  'UdpInCsumErrors',
  'UdpOutDatagrams',
  'IpExtInNoRoutes',
  'IpExtInTruncatedPkts',
  'IpExtInMcastPkts',
  'IpExtInBcastPkts',
  'IpExtOutBcastPkts',
  'TcpExtIPReversePathFilter',
  'TcpExtArpFilter',
  'TcpExtTCPTimeouts',
  'TcpExtTCPSynRetrans',
] as const

/** The name of a counter: its line in /proc/net/snmp or netstat, then its column. */
export type Counter = (typeof COUNTERS)[number]

/** The counters of one namespace: run-time state, sparse. */
export class Snmp implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  #values = new Map<Counter, number>()

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** Adds one. */
  count(counter: Counter): void {
    this.#sim.touch(this)
    this.#values.set(counter, (this.#values.get(counter) ?? 0) + 1)
  }

  /** How often it was counted. */
  get(counter: Counter): number {
    return this.#values.get(counter) ?? 0
  }

  capture(): () => void {
    const values = new Map(this.#values)
    return () => {
      this.#values = values
    }
  }
}
