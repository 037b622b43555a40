import { IPV4_ANY, IPV4_LOOPBACK, type Ipv4 } from '../../packet/address.ts'
import { CtInfo, type Packet } from '../../packet/packet.ts'
import { IcmpType, Protocol } from '../../packet/protocol.ts'
import { direction, entryOf } from '../conntrack/classify.ts'
import type { Conntrack } from '../conntrack/conntrack.ts'
import type { ConntrackEntry, TranslationKind } from '../conntrack/entry.ts'
import { Direction, IPS, NAT_DONE_MASK, NAT_MASK } from '../conntrack/status.ts'
import { copyTuple, emptyTuple, invertTuple, type Tuple, tuplesEqual } from '../conntrack/tuple.ts'
import { Hook, type HookFunction, type HookState, Verdict } from '../hook.ts'
import type { NetfilterHost } from '../host.ts'
import type { TranslatedEvent } from './events.ts'
import { endpointOf, manipulatePacket, sameEndpoint } from './manipulate.ts'
import { NatFlag, type NatRange, withAddress } from './range.ts'
import { type Manipulation, uniqueTuple } from './unique-tuple.ts'

/**
 * Address translation of one namespace (net/netfilter/nf_nat_core.c, nf_nat_proto.c). What a connection is translated to is decided once
 * for its source and once for its destination, by the nat table or by the lack of a rule; all its packets are then translated by what
 * its entry says.
 */
export class Nat {
  readonly host: NetfilterHost
  readonly conntrack: Conntrack

  readonly #current = emptyTuple()
  readonly #wanted = emptyTuple()
  readonly #target = emptyTuple()

  constructor(host: NetfilterHost, conntrack: Conntrack) {
    this.host = host
    this.conntrack = conntrack
  }

  /**
   * NAT's part of a hook: at `NAT_DST` in PREROUTING and OUTPUT, at `NAT_SRC` in INPUT and POSTROUTING (`nf_nat_ipv4_fn`,
   * `nf_nat_inet_fn`).
   *
   * In PREROUTING a packet whose destination changed loses its route. In OUTPUT ask `mustReroute` afterwards.
   *
   * @param lookup asks the nat table. Called for packets of connections alone that are not decided yet; its targets call `setup`
   */
  run(packet: Packet, state: HookState, lookup: HookFunction): Verdict {
    const entry = entryOf(packet)
    if (entry === null) return Verdict.ACCEPT
    const { src, dst } = packet.ip!
    const verdict = this.#run(packet, state, entry, lookup)
    if (verdict !== Verdict.ACCEPT) return verdict
    if (state.hook === Hook.PREROUTING) {
      if (packet.ip!.dst !== dst) packet.route = null
    } else if (state.hook === Hook.INPUT) {
      // Early demultiplexing found the socket of an address that is not the peer's (`nf_nat_ipv4_local_in`).
      if (packet.ip!.src !== src) packet.socket = 0
    }
    return Verdict.ACCEPT
  }

  /**
   * Must a local packet be routed again, because its connection's destination is translated (`nf_nat_ipv4_local_fn`)? For each packet behind
   * NAT in OUTPUT, not for the first alone.
   */
  mustReroute(packet: Packet): boolean {
    const entry = entryOf(packet)
    if (entry === null) return false
    const way = direction(packet)
    return entry.tuple(way).dst !== entry.tuple(way === Direction.ORIGINAL ? Direction.REPLY : Direction.ORIGINAL).src
  }

  /**
   * Decides what one end of the packet's connection is translated to (`nf_nat_setup_info`); what SNAT, DNAT and NETMAP do.
   *
   * @param by how traces call it
   */
  setup(packet: Packet, range: NatRange, manipulation: Manipulation, by?: TranslationKind): Verdict {
    const entry = entryOf(packet)
    if (entry === null || entry.confirmed) return Verdict.ACCEPT
    return this.#setup(entry, range, manipulation, by ?? (manipulation === 'src' ? 'snat' : 'dnat'))
  }

  /**
   * MASQUERADE (`nf_nat_masquerade_ipv4`): the source becomes the address that the namespace itself would use on the way out. DROP when the
   * device has none.
   */
  masquerade(packet: Packet, state: HookState, range: NatRange): Verdict {
    const entry = entryOf(packet)
    // A source of 0.0.0.0 is a host that has no address yet (DHCP).
    if (entry === null || entry.original.src === IPV4_ANY) return Verdict.ACCEPT
    const { ifindex } = state.out!
    const source = this.host.selectAddress(ifindex, this.host.nextHop(packet))
    if (source === IPV4_ANY) return Verdict.DROP
    if (entry.confirmed) return Verdict.ACCEPT
    this.conntrack.willChange(entry)
    entry.masqueradeIfindex = ifindex
    return this.#setup(entry, withAddress(range, source), 'src', 'masquerade')
  }

  /** REDIRECT (`nf_nat_redirect_ipv4`): to this host; loopback for local packets, else the first address of the device it came by. */
  redirect(packet: Packet, state: HookState, range: NatRange): Verdict {
    const entry = entryOf(packet)
    if (entry === null || entry.confirmed) return Verdict.ACCEPT
    const address = state.hook === Hook.OUTPUT ? IPV4_LOOPBACK : this.host.primaryAddress(state.in!.ifindex)
    if (address === IPV4_ANY) return Verdict.DROP
    return this.#setup(entry, withAddress(range, address), 'dst', 'redirect')
  }

  /** A device went down: connections that were masqueraded to an address of it end (`masq_device_event`). How many. */
  deviceDown(ifindex: number): number {
    return this.conntrack.deleteWhere((entry) => entry.masqueradeIfindex === ifindex)
  }

  /** An address was removed from a device: connections that were masqueraded to it end (`masq_inet_event`). How many. */
  addressRemoved(ifindex: number, address: Ipv4): number {
    return this.conntrack.deleteWhere((entry) => entry.masqueradeIfindex === ifindex && entry.reply.dst === address)
  }

  #run(packet: Packet, state: HookState, entry: ConntrackEntry, lookup: HookFunction): Verdict {
    const { ctInfo } = packet
    const related = ctInfo === CtInfo.RELATED || ctInfo === CtInfo.RELATED_REPLY
    const manipulation = manipulationOf(state.hook)
    if (related && packet.ip!.protocol === Protocol.ICMP)
      return this.#translateError(packet, state, entry, manipulation)

    if (related || ctInfo === CtInfo.NEW) {
      if ((entry.status & doneBit(manipulation)) === 0) {
        const verdict = lookup(packet, state)
        if (verdict !== Verdict.ACCEPT) return verdict
        if ((entry.status & doneBit(manipulation)) === 0) {
          const bound = this.#bindNull(entry, manipulation)
          if (bound !== Verdict.ACCEPT) return bound
        }
        return this.#translate(packet, state, entry, manipulation)
      }
    }
    // The route has moved to another device, whose address the connection does not have: it cannot go on (`nf_nat_oif_changed`).
    if (
      entry.masqueradeIfindex !== 0 &&
      state.hook === Hook.POSTROUTING &&
      direction(packet) === Direction.ORIGINAL &&
      entry.masqueradeIfindex !== state.out!.ifindex
    ) {
      this.conntrack.kill(entry, Direction.ORIGINAL, packet)
      return Verdict.DROP
    }
    return this.#translate(packet, state, entry, manipulation)
  }

  #setup(entry: ConntrackEntry, range: NatRange, manipulation: Manipulation, by: TranslationKind | null): Verdict {
    if ((entry.status & doneBit(manipulation)) !== 0) return Verdict.DROP
    const current = this.#current
    const wanted = this.#wanted
    // The inverse of the answers is the packet as it looks after all translations so far.
    invertTuple(entry.reply, current)
    uniqueTuple(this.conntrack, entry, range, manipulation, current, wanted)
    this.conntrack.willChange(entry)
    if (!tuplesEqual(current, wanted)) {
      invertTuple(wanted, wanted)
      copyTuple(wanted, entry.reply)
      entry.status |= manipulation === 'src' ? IPS.SRC_NAT : IPS.DST_NAT
      if (manipulation === 'src') entry.sourceTranslation = by ?? 'snat'
      else entry.destinationTranslation = by ?? 'dnat'
    }
    entry.status |= doneBit(manipulation)
    return Verdict.ACCEPT
  }

  /** No rule: the address stays; the source port may have to change so that answers can be told apart (`nf_nat_alloc_null_binding`). */
  #bindNull(entry: ConntrackEntry, manipulation: Manipulation): Verdict {
    const address = manipulation === 'src' ? entry.reply.dst : entry.reply.src
    const range = {
      flags: NatFlag.ADDRESS,
      minAddress: address,
      maxAddress: address,
      minPort: 0,
      maxPort: 0,
      basePort: 0,
    }
    return this.#setup(entry, range, manipulation, null)
  }

  /** Makes the packet look like the inverse of what comes the other way (`nf_nat_packet`). */
  #translate(packet: Packet, state: HookState, entry: ConntrackEntry, manipulation: Manipulation): Verdict {
    const way = direction(packet)
    if ((entry.status & translatedBit(manipulation, way)) === 0) return Verdict.ACCEPT
    const target = this.#target
    invertTuple(way === Direction.ORIGINAL ? entry.reply : entry.original, target)
    this.#write(packet, packet, state, entry, manipulation, target, true)
    return Verdict.ACCEPT
  }

  /**
   * An ICMP error is translated outside like a packet of its direction, and the packet that it quotes, which goes the other way, inside
   * (`nf_nat_icmp_reply_translation`).
   */
  #translateError(packet: Packet, state: HookState, entry: ConntrackEntry, manipulation: Manipulation): Verdict {
    const icmp = packet.l4
    if (icmp === null || icmp.kind !== 'icmp') return Verdict.DROP
    if (icmp.type === IcmpType.REDIRECT) {
      // It speaks of routes to the untranslated address, or to one that may yet be translated.
      if ((entry.status & NAT_DONE_MASK) !== NAT_DONE_MASK || (entry.status & NAT_MASK) !== 0) return Verdict.DROP
    }
    const way = direction(packet)
    if ((entry.status & translatedBit(manipulation, way)) === 0) return Verdict.ACCEPT
    const other = way === Direction.ORIGINAL ? entry.reply : entry.original
    const opposite = manipulation === 'src' ? 'dst' : 'src'
    if (icmp.quoted !== null) this.#write(packet, icmp.quoted, state, entry, opposite, other, true)
    const target = this.#target
    invertTuple(other, target)
    this.#write(packet, packet, state, entry, manipulation, target, false)
    return Verdict.ACCEPT
  }

  /** @param written `packet`, or what it quotes */
  #write(
    packet: Packet,
    written: Packet,
    state: HookState,
    entry: ConntrackEntry,
    manipulation: Manipulation,
    tuple: Tuple,
    withPort: boolean,
  ): void {
    const { probe } = this.host.sim
    if (probe === null) {
      manipulatePacket(written, tuple, manipulation, withPort)
      return
    }
    const from = endpointOf(written, manipulation, withPort)
    manipulatePacket(written, tuple, manipulation, withPort)
    const to = endpointOf(written, manipulation, withPort)
    if (sameEndpoint(from, to)) return
    const quoted = written !== packet
    const way = direction(packet)
    // The source of what goes out, and the destination of what comes back, are the opener's end.
    const opener = (manipulation === 'src') === (way === Direction.ORIGINAL) ? !quoted : quoted
    probe.emit({
      kind: 'translated',
      netns: this.host.name,
      hook: state.hook,
      packet,
      entry,
      manipulation,
      by: (opener ? entry.sourceTranslation : entry.destinationTranslation) ?? (opener ? 'snat' : 'dnat'),
      undo: way === Direction.REPLY,
      quoted,
      from,
      to,
    } satisfies TranslatedEvent)
  }
}

/** Destinations are translated before routing, sources behind it (`HOOK2MANIP`). */
function manipulationOf(hook: Hook): Manipulation {
  return hook === Hook.POSTROUTING || hook === Hook.INPUT ? 'src' : 'dst'
}

function doneBit(manipulation: Manipulation): number {
  return manipulation === 'src' ? IPS.SRC_NAT_DONE : IPS.DST_NAT_DONE
}

/** The status bit that says that packets of this direction are translated at this end: in answers the ends are swapped. */
function translatedBit(manipulation: Manipulation, way: Direction): number {
  return (manipulation === 'src') === (way === Direction.ORIGINAL) ? IPS.SRC_NAT : IPS.DST_NAT
}
