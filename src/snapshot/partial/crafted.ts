import { entryOf } from '../../netfilter/conntrack/classify.ts'
import { parseConnection, reinstate } from '../../netfilter/conntrack/reinstate.ts'
import { IPS } from '../../netfilter/conntrack/status.ts'
import { Hook, Priority, Verdict } from '../../netfilter/index.ts'
import type { DeliverEvent, FrameEvent, NetworkNamespace, RouteEvent } from '../../netns/index.ts'
import { formatIpv4 } from '../../packet/address.ts'
import { buildEcho, buildSctp, buildTcp, buildUdp } from '../../packet/build.ts'
import { CtInfo, type Packet } from '../../packet/packet.ts'
import { Protocol, TcpFlag } from '../../packet/protocol.ts'
import type { HookName, HostFlow, SupposedState } from './flow-words.ts'
import type { HostWorld } from './host-world.ts'
import { TAKEN } from './story.ts'

/** Where a program's ports begin that ask for none (net.ipv4.ip_local_port_range). */
const SOURCE_PORT = 40000

/** A packet that no program sends by itself, or that is to be seen by one hook alone. */
export function craft({ source, sourcePort = SOURCE_PORT, destination, port = 0, protocol, state }: HostFlow): Packet {
  const ends = { src: source, dst: destination, sport: sourcePort, dport: port }
  switch (protocol ?? (port === 0 ? 'icmp' : 'tcp')) {
    case 'tcp':
      // only the first packet of a connection asks for one
      return buildTcp({
        ...ends,
        flags: state === undefined || state === 'NEW' ? TcpFlag.SYN : TcpFlag.ACK,
        seq: 1,
        ack: 1,
      })
    case 'udp':
      return buildUdp({ ...ends, payload: 4 })
    case 'sctp':
      return buildSctp({ ...ends, chunks: [{ type: 0 }] })
    default:
      return buildEcho({ src: source, dst: destination })
  }
}

/** Somebody takes whatever comes, and answers nothing. */
export function installSink(netns: NetworkNamespace): void {
  const sink = {
    receive: (packet: Packet): void => {
      netns.sim.probe?.emit({ kind: 'deliver', netns: netns.name, packet, to: TAKEN } satisfies DeliverEvent)
    },
    error: (): void => {},
  }
  for (const protocol of [Protocol.TCP, Protocol.UDP, Protocol.SCTP]) netns.protocols[protocol] = sink
}

/** Gives the first packet that enters the host's hooks a mark, and what conntrack is supposed to think of it. */
export function suppose({ host }: HostWorld, flow: HostFlow): void {
  const { mark, state } = flow
  for (const hook of [Hook.PREROUTING, Hook.OUTPUT]) {
    if (mark !== undefined && mark !== 0) {
      host.netfilter.register(hook, FIRST, (packet) => {
        if (packet.cause === 0 && packet.mark === 0) packet.mark = mark | 0
        return Verdict.ACCEPT
      })
    }
    if (state !== undefined) supposeState(host, hook, state)
  }
  if (state === 'ESTABLISHED') establish(host, flow)
}

function supposeState(host: NetworkNamespace, hook: Hook, state: SupposedState): void {
  const { netfilter } = host
  const untracked = (packet: Packet): typeof Verdict.ACCEPT => {
    if (packet.cause === 0) {
      packet.ct = null
      packet.ctInfo = CtInfo.UNTRACKED
    }
    return Verdict.ACCEPT
  }
  if (state === 'UNTRACKED' || state === 'INVALID') netfilter.register(hook, Priority.CONNTRACK - 1, untracked)
  if (state === 'INVALID') {
    netfilter.register(hook, Priority.CONNTRACK + 1, (packet) => {
      if (packet.cause === 0) packet.ctInfo = CtInfo.ESTABLISHED
      return Verdict.ACCEPT
    })
  }
  if (state === 'RELATED') {
    netfilter.register(hook, Priority.CONNTRACK + 1, (packet) => {
      const entry = packet.cause === 0 ? entryOf(packet) : null
      if (entry !== null && packet.ctInfo === CtInfo.NEW) {
        entry.status |= IPS.EXPECTED
        packet.ctInfo = CtInfo.RELATED
      }
      return Verdict.ACCEPT
    })
  }
}

/** Before everything else of a hook. */
const FIRST = -1000

/** The connection is known, answered, and not translated. */
function establish(host: NetworkNamespace, flow: HostFlow): void {
  const packet = craft(flow)
  const { l4 } = packet
  const src = formatIpv4(flow.source)
  const dst = formatIpv4(flow.destination)
  const number = packet.ip!.protocol
  const name = { [Protocol.TCP]: 'tcp', [Protocol.UDP]: 'udp', [Protocol.SCTP]: 'sctp' }[number] ?? 'icmp'
  const there =
    l4 !== null && l4.kind !== 'icmp'
      ? ` sport=${l4.sport} dport=${l4.dport}`
      : ` type=8 code=0 id=${l4?.kind === 'icmp' ? l4.id : 0}`
  const back =
    l4 !== null && l4.kind !== 'icmp'
      ? ` sport=${l4.dport} dport=${l4.sport}`
      : ` type=0 code=0 id=${l4?.kind === 'icmp' ? l4.id : 0}`
  const state = number === Protocol.TCP || number === Protocol.SCTP ? ' ESTABLISHED' : ''
  const line = `${name} ${number} 3600${state} src=${src} dst=${dst}${there} src=${dst} dst=${src}${back} [ASSURED] mark=0 use=1`
  const connection = parseConnection(line)
  if (connection !== null) reinstate(host.netfilter.conntrack, connection)
}

/** Shows a packet to one hook of the host, and to nothing else but what has looked at it before: conntrack. */
export function runHook({ host, sim, inDevice, outDevice }: HostWorld, flow: HostFlow, name: HookName): void {
  const packet = craft(flow)
  packet.journey = sim.newJourney()
  const link = inDevice === null ? null : host.link(inDevice)
  const { source, destination } = flow
  let out = outDevice === null ? null : host.link(outDevice)
  if (link === null) {
    packet.socket = 1
    const dst = host.routeOutput({ destination, source, anySource: true, tos: 0, mark: 0, oif: 0 })
    packet.route = dst
    out = dst.link
    sim.probe?.emit({ kind: 'route', netns: host.name, packet, direction: 'output', dst } satisfies RouteEvent)
  } else {
    packet.iif = link.ifindex
    packet.ifindex = link.ifindex
    sim.probe?.emit({ kind: 'frame', netns: host.name, link, direction: 'in', packet } satisfies FrameEvent)
    if (name !== 'PREROUTING') {
      const dst = host.routeInput(link, destination, source, 0, packet.mark, packet)
      packet.route = dst
      out ??= dst.link
    }
  }
  const isFirst = name === 'PREROUTING' || name === 'OUTPUT'
  if (!isFirst) {
    // who is asked behind routing has been asked before it by conntrack
    const before = link === null ? Hook.OUTPUT : Hook.PREROUTING
    for (const entry of host.netfilter.hookEntries(before)) {
      if (entry.name !== 'conntrack' && entry.name !== 'hook') continue
      entry.run(packet, { hook: before, in: link, out: link === null ? out : null })
    }
  }
  const hook = Hook[name]
  const seesIn = name !== 'OUTPUT' && !(name === 'POSTROUTING' && link === null)
  const seesOut = name === 'FORWARD' || name === 'OUTPUT' || name === 'POSTROUTING'
  const verdict = host.netfilter.run(hook, packet, seesIn ? link : null, seesOut ? out : null)
  if (verdict === Verdict.ACCEPT)
    sim.probe?.emit({ kind: 'deliver', netns: host.name, packet, to: TAKEN } satisfies DeliverEvent)
}
