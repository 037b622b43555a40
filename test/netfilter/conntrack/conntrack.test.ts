import { describe, expect, test } from 'vitest'
import {
  attachRelated,
  type ConntrackDropEvent,
  conntrackTemplate,
  ctState,
  Direction,
  direction,
  entryOf,
  formatEntry,
  IPS,
  resetConntrack,
  setUntracked,
  type TrackedEvent,
} from '../../../src/netfilter/conntrack/index.ts'
import { tupleOfPacket } from '../../../src/netfilter/conntrack/tuple.ts'
import { Hook, Verdict } from '../../../src/netfilter/hook.ts'
import { CtInfo } from '../../../src/packet/packet.ts'
import { Protocol } from '../../../src/packet/protocol.ts'
import { answerTo, icmp, ip, ping, pong, tcp, udp, unreachable } from './packets.ts'
import { Router } from './router.ts'

const A = '10.0.0.1:40000'
const B = '10.0.1.1:53'

describe('classification', () => {
  test('an unanswered flow stays NEW, and is ESTABLISHED both ways once it is answered', () => {
    const router = new Router()
    expect(router.state(udp(A, B))).toBe('NEW')
    expect(router.state(udp(A, B))).toBe('NEW')
    const answer = udp(B, A)
    expect(router.state(answer)).toBe('ESTABLISHED')
    expect(direction(answer)).toBe(Direction.REPLY)
    const more = udp(A, B)
    expect(router.state(more)).toBe('ESTABLISHED')
    expect(direction(more)).toBe(Direction.ORIGINAL)
    expect(entryOf(more)).toBe(entryOf(answer))
  })

  test('a lone SYN-ACK and a lone echo reply are INVALID, a lone UDP answer is NEW', () => {
    const router = new Router()
    expect(router.state(tcp('10.0.1.1:80', A, 'SA'))).toBe('INVALID')
    expect(router.state(pong('10.0.1.1', '10.0.0.1'))).toBe('INVALID')
    expect(router.state(udp(B, A))).toBe('NEW')
    expect(router.conntrack.size).toBe(1)
  })

  test('what nobody can track is INVALID', () => {
    const router = new Router()
    const fragment = udp(A, B)
    fragment.ip!.fragmentOffset = 1480
    expect(router.state(fragment)).toBe('INVALID')
    expect(router.state(ip(A, B, Protocol.TCP, null, 4))).toBe('INVALID')
    expect(router.state(icmp('10.0.0.1', '10.0.1.1', { type: 40 }))).toBe('INVALID')
    expect(router.state(icmp('10.0.0.1', '10.0.1.1', { type: 9 }))).toBe('INVALID')
    const short = udp(A, B)
    if (short.l4?.kind === 'udp') short.l4.length = 4
    expect(router.state(short)).toBe('INVALID')
    const long = udp(A, B)
    if (long.l4?.kind === 'udp') long.l4.length = 2000
    expect(router.state(long)).toBe('INVALID')
    expect(router.conntrack.statistics.invalid).toBe(6)
    expect(router.conntrack.size).toBe(0)
  })

  test('ICMP questions of each kind open a flow that their own answer belongs to', () => {
    const router = new Router()
    for (const [question, reply] of [
      [8, 0],
      [13, 14],
      [15, 16],
      [17, 18],
    ] as const) {
      expect(router.state(icmp('10.0.0.1', '10.0.1.1', { type: question, id: 5 }))).toBe('NEW')
      expect(router.state(icmp('10.0.1.1', '10.0.0.1', { type: reply, id: 5 }))).toBe('ESTABLISHED')
      expect(router.state(icmp('10.0.1.1', '10.0.0.1', { type: reply, id: 6 }))).toBe('INVALID')
    }
  })

  test('protocols without a model are told apart by their addresses alone', () => {
    const router = new Router()
    const packet = ip(A, B, 50, null, 100)
    expect(router.state(packet)).toBe('NEW')
    expect(router.state(answerTo(packet))).toBe('ESTABLISHED')
    expect(formatEntry(entryOf(packet)!, router.host.sim.now)).toBe(
      'unknown  50 600 src=10.0.0.1 dst=10.0.1.1 src=10.0.1.1 dst=10.0.0.1 mark=0 use=1',
    )
  })

  test('GRE is assured as soon as it is answered', () => {
    const router = new Router()
    const packet = ip(A, B, 47, null, 100)
    expect(router.state(packet)).toBe('NEW')
    router.forward(answerTo(packet))
    expect(formatEntry(entryOf(packet)!, router.host.sim.now)).toMatch(/^gre {6}47 30 src=10.0.0.1/)
    router.forward(ip(A, B, 47, null, 100))
    router.forward(ip(A, B, 47, null, 100))
    expect(formatEntry(entryOf(packet)!, router.host.sim.now)).toBe(
      'gre      47 180 src=10.0.0.1 dst=10.0.1.1 srckey=0x0 dstkey=0x0 src=10.0.1.1 dst=10.0.0.1 srckey=0x0 dstkey=0x0 [ASSURED] mark=0 use=1',
    )
  })

  test('nothing is tracked before a rule needs it, and nothing after the last one has gone', () => {
    const router = new Router()
    router.conntrack.deactivate()
    const packet = udp(A, B)
    expect(router.forward(packet)).toBe(true)
    expect(packet.ct).toBeNull()
    router.conntrack.activate()
    expect(router.conntrack.active).toBe(true)
    expect(router.state(udp(A, B))).toBe('NEW')
    router.conntrack.deactivate()
    expect(router.conntrack.size).toBe(1)
  })

  test('an untracked packet is left alone, a tracked one is not looked up twice', () => {
    const router = new Router()
    const packet = udp(A, B)
    setUntracked(packet)
    expect(router.state(packet)).toBe('UNTRACKED')
    expect(entryOf(packet)).toBeNull()
    expect(router.conntrack.size).toBe(0)

    const local = udp(A, B)
    router.send(local)
    const entry = entryOf(local)
    router.receive(local)
    expect(entryOf(local)).toBe(entry)
    expect(ctState(local)).toBe('NEW')
    resetConntrack(local)
    expect(ctState(local)).toBe('INVALID')
  })

  test('zones keep equal flows apart', () => {
    const router = new Router()
    const inZone = (packet = udp(A, B)) => {
      packet.ct = conntrackTemplate(7)
      return packet
    }
    const first = inZone()
    expect(entryOf(first)).toBeNull()
    expect(router.state(first)).toBe('NEW')
    expect(entryOf(first)!.zone).toBe(7)
    expect(router.state(udp(B, A))).toBe('NEW')
    expect(router.state(inZone(udp(B, A)))).toBe('ESTABLISHED')
    expect(router.conntrack.find(entryOf(first)!.original)).not.toBe(entryOf(first))
    expect(router.conntrack.find(entryOf(first)!.original, 7)).toBe(entryOf(first))
    expect(formatEntry(entryOf(first)!, 0)).toContain('mark=0 zone=7 use=1')
  })

  test('a template that reaches the end is not confirmed', () => {
    const router = new Router()
    const packet = udp(A, B)
    packet.ct = conntrackTemplate(7)
    expect(router.conntrack.confirm(packet, { hook: Hook.INPUT, in: null, out: null })).toBe(Verdict.ACCEPT)
    expect(router.conntrack.size).toBe(0)
  })

  test('a probe hears of every classification', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.forward(packet)
    router.forward(pong('10.0.1.1', '10.0.0.1'))
    const tracked = router.events.filter((event): event is TrackedEvent => event.kind === 'tracked')
    expect(tracked.map(({ state, entry, netns, hook }) => [state, entry === null, netns, hook])).toEqual([
      ['NEW', false, 'router', Hook.PREROUTING],
      ['INVALID', true, 'router', Hook.PREROUTING],
    ])
  })
})

describe('ICMP errors', () => {
  test('belong to the flow of the packet that they quote, in the direction in which they go', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.forward(packet)
    const error = unreachable('10.0.9.9', '10.0.0.1', packet)
    expect(router.state(error)).toBe('RELATED')
    expect(error.ctInfo).toBe(CtInfo.RELATED_REPLY)
    expect(entryOf(error)).toBe(entryOf(packet))

    const answer = udp(B, A)
    router.forward(answer)
    const back = unreachable('10.0.0.1', '10.0.1.1', answer)
    expect(router.state(back)).toBe('RELATED')
    expect(back.ctInfo).toBe(CtInfo.RELATED)
  })

  test('are INVALID when they quote nothing that is known, or go to somebody else', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.forward(packet)
    expect(router.state(unreachable('10.0.1.1', '10.0.0.7', packet))).toBe('INVALID')
    expect(router.state(unreachable('10.0.1.1', '10.0.0.1', udp(A, '10.0.1.1:54')))).toBe('INVALID')
    expect(router.state(icmp('10.0.1.1', '10.0.0.1', { type: 3 }))).toBe('INVALID')
    expect(router.conntrack.statistics.error).toBe(2)

    const fragment = udp(A, B)
    fragment.ip!.fragmentOffset = 1480
    expect(router.state(unreachable('10.0.1.1', '10.0.0.1', fragment))).toBe('INVALID')
    expect(router.state(unreachable('10.0.1.1', '10.0.0.1', ip(A, B, Protocol.TCP, null, 8)))).toBe('INVALID')
    const error = unreachable('10.0.1.1', '10.0.0.1', packet)
    expect(router.state(unreachable('10.0.1.1', '10.0.0.1', error))).toBe('INVALID')
  })

  test('do not prolong the flow', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.forward(packet)
    const { expiresAt } = entryOf(packet)!
    router.sleep(5)
    router.forward(unreachable('10.0.1.1', '10.0.0.1', packet))
    expect(entryOf(packet)!.expiresAt).toBe(expiresAt)
  })

  test('that the kernel itself sends are related even to a flow that is not confirmed', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.track(packet)
    const error = unreachable('10.0.0.254', '10.0.0.1', packet)
    attachRelated(error, packet)
    expect(router.send(error)).toBe(true)
    expect(ctState(error)).toBe('RELATED')
    expect(router.conntrack.size).toBe(0)

    const answer = udp(B, A)
    router.forward(packet)
    router.forward(answer)
    const other = unreachable('10.0.0.254', '10.0.1.1', answer)
    attachRelated(other, answer)
    expect(other.ctInfo).toBe(CtInfo.RELATED)

    const lone = unreachable('10.0.0.254', '10.0.0.1', packet)
    attachRelated(lone, ping('10.0.0.1', '10.0.1.1'))
    expect(lone.ct).toBeNull()
  })
})

describe('confirmation', () => {
  test('a flow whose first packet is dropped on the way is never in the table', () => {
    const router = new Router()
    router.track(udp(A, B))
    expect(router.conntrack.size).toBe(0)
    expect(router.state(udp(B, A))).toBe('NEW')
  })

  test('two packets of a UDP flow on the way at once become one flow', () => {
    const router = new Router()
    router.host.setSysctl('netfilter.nf_conntrack_acct', 1)
    const first = udp(A, B)
    const second = udp(A, B)
    router.track(first)
    router.track(second)
    expect(first.ct).not.toBe(second.ct)
    expect(router.leave(first)).toBe(true)
    expect(router.leave(second)).toBe(true)
    expect(second.ct).toBe(first.ct)
    expect(router.conntrack.size).toBe(1)
    expect(router.conntrack.statistics.clash_resolve).toBe(1)
    expect(entryOf(first)!.counters!.packets).toEqual([2, 0])
  })

  test('so do two that begin the flow from both ends', () => {
    const router = new Router()
    const there = udp(A, B)
    const back = udp(B, A)
    router.track(there)
    router.track(back)
    expect(router.leave(there)).toBe(true)
    expect(router.leave(back)).toBe(true)
    expect(back.ct).toBe(there.ct)
    expect(router.conntrack.size).toBe(1)
  })

  test('of two TCP segments the second is dropped', () => {
    const router = new Router()
    const first = tcp(A, '10.0.1.1:80', 'S')
    const second = tcp(A, '10.0.1.1:80', 'S')
    router.track(first)
    router.track(second)
    expect(router.leave(first)).toBe(true)
    expect(router.leave(second)).toBe(false)
    const { statistics } = router.conntrack
    expect([statistics.insert_failed, statistics.drop]).toEqual([1, 1])
    expect(router.events.at(-1)).toMatchObject({
      kind: 'conntrack-drop',
      why: 'clash',
    } satisfies Partial<ConntrackDropEvent>)
  })

  test('an entry that was removed before it was confirmed costs the packet', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.track(packet)
    expect(router.conntrack.delete(entryOf(packet)!)).toBe(true)
    expect(router.leave(packet)).toBe(false)
    expect(router.events.at(-1)).toMatchObject({ kind: 'conntrack-drop', why: 'dying' })
  })
})

describe('table full', () => {
  test('a new flow is dropped, known ones go on', () => {
    const router = new Router()
    router.host.setSysctl('netfilter.nf_conntrack_max', 3)
    for (let port = 1; port <= 3; port++) expect(router.forward(udp(`10.0.0.1:${port}`, B))).toBe(true)
    router.events.length = 0
    expect(router.forward(udp('10.0.0.1:4', B))).toBe(false)
    expect(router.events).toMatchObject([{ kind: 'conntrack-drop', why: 'table-full', netns: 'router' }])
    expect(router.conntrack.statistics.drop).toBe(1)
    expect(router.forward(udp(B, '10.0.0.1:3'))).toBe(true)
    expect(router.forward(udp('10.0.0.1:3', B))).toBe(true)
  })

  test('in a small table the unanswered flows of the neighbourhood make room', () => {
    const router = new Router()
    router.host.setSysctl('netfilter.nf_conntrack_max', 3)
    router.host.setSysctl('netfilter.nf_conntrack_buckets', 8)
    for (let port = 1; port <= 30; port++) expect(router.forward(udp(`10.0.0.1:${port}`, B))).toBe(true)
    expect(router.conntrack.size).toBeLessThanOrEqual(3)
    expect(router.conntrack.statistics.early_drop).toBeGreaterThan(20)
    expect(router.conntrack.statistics.drop).toBe(0)
  })

  test('assured flows stay, and expired ones do not count as room made', () => {
    const router = new Router()
    router.host.setSysctl('netfilter.nf_conntrack_max', 2)
    router.host.setSysctl('netfilter.nf_conntrack_buckets', 1)
    for (const port of [1, 2]) {
      const packet = udp(`10.0.0.1:${port}`, B)
      router.forward(packet)
      entryOf(packet)!.status |= IPS.ASSURED
    }
    expect(router.forward(udp('10.0.0.1:3', B))).toBe(false)
    router.sleep(31)
    expect(router.forward(udp('10.0.0.1:3', B))).toBe(false)
    expect(router.conntrack.size).toBe(0)
    expect(router.forward(udp('10.0.0.1:3', B))).toBe(true)
  })
})

describe('the table', () => {
  test('lists in order of insertion, finds by either tuple, deletes once', () => {
    const router = new Router()
    for (let port = 1; port <= 5; port++) router.forward(udp(`10.0.0.1:${port}`, B))
    const ports = () => [...router.conntrack.entries()].map((entry) => entry.original.sport)
    expect(ports()).toEqual([1, 2, 3, 4, 5])
    const third = [...router.conntrack.entries()][2]!
    expect(router.conntrack.find(third.reply)).toBe(third)
    expect(router.conntrack.delete(third)).toBe(true)
    expect(router.conntrack.delete(third)).toBe(false)
    expect(ports()).toEqual([1, 2, 4, 5])
    expect(router.conntrack.deleteWhere((entry) => entry.original.sport > 3)).toBe(2)
    expect(ports()).toEqual([1, 2])
    expect(router.conntrack.flush()).toBe(2)
    expect(router.conntrack.size).toBe(0)
  })

  test('holds a hundred thousand flows and finds each', () => {
    const router = new Router()
    router.host.sim.probe = null
    const packets = Array.from({ length: 100_000 }, (_, i) => udp(`10.${i >> 14}.0.1:${1 + (i & 0x3fff)}`, B))
    for (const packet of packets) router.forward(packet)
    expect(router.conntrack.size).toBe(100_000)
    expect(packets.every((packet) => router.conntrack.find(entryOf(packet)!.reply) === packet.ct)).toBe(true)
    expect(router.conntrack.flush()).toBe(100_000)
  })

  test('takes entries that no packet has made', () => {
    const router = new Router()
    const packet = udp(A, B)
    const tuple = { src: 0, dst: 0, protocol: 0, sport: 0, dport: 0 } as Parameters<typeof tupleOfPacket>[1]
    const reply = { ...tuple }
    tupleOfPacket(packet, tuple)
    tupleOfPacket(answerTo(packet), reply)
    const entry = router.conntrack.insert(tuple, reply, 100e9)!
    expect(formatEntry(entry, router.host.sim.now)).toMatch(/^udp {6}17 100 src=10.0.0.1 .* \[UNREPLIED\]/)
    expect(router.conntrack.insert(tuple, reply, 100e9)).toBeNull()
    expect(router.conntrack.insert(reply, tuple, 100e9)).toBeNull()
    expect(router.state(udp(B, A))).toBe('ESTABLISHED')
    expect(router.conntrackEvents()[0]).toMatch(/^\[NEW\] udp/)
  })

  test('counts packets and octets when it is told to', () => {
    const router = new Router()
    router.host.setSysctl('netfilter.nf_conntrack_acct', 1)
    const packet = udp(A, B, 72)
    router.forward(packet)
    router.forward(udp(B, A, 12))
    router.forward(udp(A, B, 72))
    expect(formatEntry(entryOf(packet)!, router.host.sim.now)).toBe(
      'udp      17 30 src=10.0.0.1 dst=10.0.1.1 sport=40000 dport=53 packets=2 bytes=200 src=10.0.1.1 dst=10.0.0.1 sport=53 dport=40000 packets=1 bytes=40 mark=0 use=1',
    )
  })
})
