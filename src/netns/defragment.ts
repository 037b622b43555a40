import type { Ipv4 } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import { HeaderLength, IcmpType, TimeExceededCode } from '../packet/protocol.ts'
import type { Timer } from '../sim/index.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'
import type { DropReason } from './drop-reason.ts'
import type { DefragmentEvent } from './events.ts'
import type { Link } from './link.ts'
import type { Counter } from './snmp.ts'

/** Who collects fragments; each has queues of its own (`enum ip_defrag_users`, include/net/ip.h). */
export type DefragmentUser = 'local' | 'conntrack-in' | 'conntrack-out'

/** What the collecting of fragments asks of its namespace. */
export interface DefragmentHost {
  readonly name: string
  readonly sim: Simulation
  /** Counts in /proc/net/snmp. */
  count(counter: Counter): void
  /** Tells the probe that a packet ends here, why, and what decided. */
  drop(packet: Packet, reason: DropReason, link: Link | null, detail: string): void
  /** Sends an ICMP error about a packet. */
  icmpSend(about: Packet, type: number, code: number): void
  /** Seconds, net.ipv4.ipfrag_time. */
  fragmentTime(): number
}

/** The fragments of one datagram that have come so far (`struct ipq`). */
class FragmentQueue {
  readonly user: DefragmentUser
  readonly src: Ipv4
  readonly dst: Ipv4
  readonly id: number
  readonly protocol: number
  readonly ifindex: number
  /** In the order of their offsets, without overlaps. */
  parts: Packet[] = []
  timer: Timer | null = null

  constructor(user: DefragmentUser, packet: Packet, ifindex: number) {
    const ip = packet.ip
    this.user = user
    this.src = ip?.src ?? (0 as Ipv4)
    this.dst = ip?.dst ?? (0 as Ipv4)
    this.id = ip?.id ?? 0
    this.protocol = ip?.protocol ?? 0
    this.ifindex = ifindex
  }

  takes(user: DefragmentUser, packet: Packet): boolean {
    const ip = packet.ip
    return (
      ip !== null &&
      this.user === user &&
      this.id === ip.id &&
      this.src === ip.src &&
      this.dst === ip.dst &&
      this.protocol === ip.protocol
    )
  }
}

/** Puts fragments together (`ip_defrag`, net/ipv4/ip_fragment.c). */
export class Defragmenter implements Stateful {
  readonly #host: DefragmentHost
  #queues: FragmentQueue[] = []

  constructor(host: DefragmentHost) {
    this.#host = host
  }

  /** The same packet, now the whole datagram, when it was the part that was missing; null otherwise. */
  add(packet: Packet, user: DefragmentUser): Packet | null {
    const host = this.#host
    host.sim.touch(this)
    host.count('IpReasmReqds')
    let queue = this.#queues.find((candidate) => candidate.takes(user, packet))
    if (queue === undefined) {
      queue = new FragmentQueue(user, packet, packet.ifindex)
      queue.timer = host.sim.schedule(host.fragmentTime() * 1_000_000_000, this.#expire, queue)
      this.#queues.push(queue)
    }
    const at = offsetOf(packet)
    const place = queue.parts.findIndex((part) => offsetOf(part) >= at)
    const next = place < 0 ? undefined : queue.parts[place]
    const previous = queue.parts[(place < 0 ? queue.parts.length : place) - 1]
    if (next !== undefined && offsetOf(next) === at && endOf(next) === endOf(packet)) {
      host.drop(packet, 'DUP_FRAG', null, 'this fragment was here before')
      return null
    }
    // overlapping fragments condemn the whole datagram (RFC 5722, for IPv4 since Linux 4.20)
    if ((next !== undefined && endOf(packet) > offsetOf(next)) || (previous !== undefined && endOf(previous) > at)) {
      this.#remove(queue)
      host.count('IpReasmFails')
      for (const part of [...queue.parts, packet]) host.drop(part, 'FRAG_TOO_FAR', null, 'overlapping fragments')
      return null
    }
    queue.parts =
      place < 0 ? [...queue.parts, packet] : [...queue.parts.slice(0, place), packet, ...queue.parts.slice(place)]
    return this.#complete(queue) ? this.#join(queue, packet) : null
  }

  capture(): () => void {
    const queues = this.#queues.map((queue) => [queue, queue.parts, queue.timer] as const)
    return () => {
      this.#queues = queues.map(([queue, parts, timer]) => {
        queue.parts = parts
        queue.timer = timer
        return queue
      })
    }
  }

  #complete(queue: FragmentQueue): boolean {
    let end = 0
    for (const part of queue.parts) {
      if (offsetOf(part) !== end) return false
      end = endOf(part)
    }
    return queue.parts.at(-1)?.ip?.mf === false
  }

  /** `ip_frag_reasm`: the part that came last becomes the whole, with the first part's header and everybody's payload. */
  #join(queue: FragmentQueue, last: Packet): Packet {
    this.#remove(queue)
    const first = queue.parts[0]
    const end = queue.parts.at(-1)
    if (first === undefined || first.ip === null || end === undefined) return last
    const original = first.payload.fragmentOf ?? first
    const header = first.clone()
    const largest = Math.max(...queue.parts.map((part) => part.ip?.totalLength ?? 0))
    const largestDf = Math.max(0, ...queue.parts.map((part) => (part.ip?.df === true ? part.ip.totalLength : 0)))
    // for this host itself the parts become one buffer (`ip_frag_coalesce_ok`); what goes on keeps them apart
    const sizes = queue.user === 'local' ? null : queue.parts.map((part) => endOf(part) - offsetOf(part))
    const totalLength = HeaderLength.IPV4 + endOf(end)
    last.ip = { ...first.ip, mf: false, fragmentOffset: 0, totalLength, df: largestDf === largest }
    last.l4 = header.l4
    last.sum = header.sum
    last.payload = original.payload
    last.fragmentMaxSize = Math.max(largest, largestDf)
    last.fragmentSizes = sizes
    this.#host.count('IpReasmOKs')
    if (this.#host.sim.probe !== null) {
      this.#host.sim.probe.emit({ kind: 'defragment', netns: this.#host.name, packet: last } satisfies DefragmentEvent)
    }
    return last
  }

  #remove(queue: FragmentQueue): void {
    if (queue.timer !== null) this.#host.sim.cancel(queue.timer)
    queue.timer = null
    this.#queues = this.#queues.filter((other) => other !== queue)
  }

  /** `ip_expire`: the sender is told, if the first part was there and the datagram was for this host. */
  readonly #expire = (queue: FragmentQueue): void => {
    this.#host.sim.touch(this)
    queue.timer = null
    this.#remove(queue)
    this.#host.count('IpReasmFails')
    this.#host.count('IpReasmTimeout')
    const first = queue.parts[0]
    if (first !== undefined && offsetOf(first) === 0 && queue.user === 'local') {
      this.#host.icmpSend(first, IcmpType.TIME_EXCEEDED, TimeExceededCode.FRAGMENT_REASSEMBLY)
    }
    for (const part of queue.parts)
      this.#host.drop(part, 'FRAG_REASM_TIMEOUT', null, 'the other fragments did not come')
  }
}

function offsetOf(packet: Packet): number {
  return packet.ip?.fragmentOffset ?? 0
}

function endOf(packet: Packet): number {
  return offsetOf(packet) + (packet.ip?.totalLength ?? 0) - HeaderLength.IPV4
}
