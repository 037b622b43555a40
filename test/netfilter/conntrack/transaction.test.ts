import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { entryOf, formatEntry } from '../../../src/netfilter/conntrack/index.ts'
import { Hook, Verdict } from '../../../src/netfilter/hook.ts'
import { natRange } from '../../../src/netfilter/nat/index.ts'
import { parseIpv4 } from '../../../src/packet/address.ts'
import { ping, pong, sctp, sctpInit, tcp, udp } from './packets.ts'
import { headers, Router } from './router.ts'

/** All that can be seen of the run-time state, down to the windows of TCP. */
function everything(router: Router): unknown {
  const { conntrack } = router
  const entries = [...conntrack.entries()].map((entry) => ({
    line: formatEntry(entry, 0),
    id: entry.id,
    status: entry.status,
    expiresAt: entry.expiresAt,
    pendingEvents: entry.pendingEvents,
    streamAt: entry.streamAt,
    masqueradeIfindex: entry.masqueradeIfindex,
    kinds: [entry.sourceTranslation, entry.destinationTranslation],
    tcp: entry.tcp === null ? null : entry.tcp.clone(),
    sctp: entry.sctp === null ? null : entry.sctp.clone(),
    counters: structuredClone(entry.counters),
    found: conntrack.find(entry.original) === entry && conntrack.find(entry.reply) === entry,
  }))
  return structuredClone({ entries, size: conntrack.size, statistics: { ...conntrack.statistics } })
}

function natted(): Router {
  const router = new Router()
  router.host.setSysctl('netfilter.nf_conntrack_acct', 1)
  router.rules = (packet, state) => {
    if (state.hook === Hook.PREROUTING && packet.l4?.kind === 'udp' && packet.l4.dport === 53) {
      return router.nat.setup(packet, natRange({ address: parseIpv4('10.0.2.2'), port: 5353 }), 'dst')
    }
    return state.hook === Hook.POSTROUTING ? router.nat.masquerade(packet, state, natRange({})) : Verdict.ACCEPT
  }
  return router
}

const steps = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('udp' as const), port: fc.integer({ min: 1, max: 4 }), back: fc.boolean() }),
    fc.record({
      what: fc.constant('tcp' as const),
      port: fc.integer({ min: 1, max: 3 }),
      flags: fc.constantFrom('S', 'A', 'FA', 'R'),
      back: fc.boolean(),
    }),
    fc.record({ what: fc.constant('ping' as const), id: fc.integer({ min: 1, max: 2 }), back: fc.boolean() }),
    fc.record({ what: fc.constant('sctp' as const), chunk: fc.constantFrom(1, 4, 7, 10, 11), back: fc.boolean() }),
    fc.record({ what: fc.constant('sleep' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ what: fc.constant('mark' as const), mark: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ what: fc.constantFrom('delete' as const, 'flush' as const) }),
  ),
  { maxLength: 12 },
)
type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never

function perform(router: Router, step: Step): void {
  const first = [...router.conntrack.entries()][0]
  switch (step.what) {
    case 'udp':
      router.forward(
        step.back ? udp('10.0.2.2:5353', `192.0.2.1:${step.port}`) : udp(`10.0.0.1:${step.port}`, '10.0.1.1:53'),
      )
      break
    case 'tcp': {
      const [from, to] = step.back
        ? ['10.0.1.1:80', `192.0.2.1:${step.port}`]
        : [`10.0.0.1:${step.port}`, '10.0.1.1:80']
      router.forward(tcp(from, to, step.flags))
      break
    }
    case 'ping':
      router.forward(step.back ? pong('10.0.1.1', '192.0.2.1', step.id) : ping('10.0.0.1', '10.0.1.1', step.id))
      break
    case 'sctp': {
      const chunk = step.chunk === 1 ? sctpInit(1, 7) : step.chunk
      router.forward(
        step.back ? sctp('10.0.1.1:5', '192.0.2.1:5', 7, chunk) : sctp('10.0.0.1:5', '10.0.1.1:5', 0, chunk),
      )
      break
    }
    case 'sleep':
      router.sleep(step.seconds)
      break
    case 'mark':
      if (first !== undefined) router.conntrack.setMark(first, step.mark)
      break
    case 'delete':
      if (first !== undefined) router.conntrack.delete(first)
      break
    case 'flush':
      router.conntrack.flush()
  }
}

describe('a transaction leaves no mark', () => {
  property.prop([steps, steps, steps])('whatever happens in it, also in one within it', (before, outer, inner) => {
    const router = natted()
    for (const step of before) perform(router, step)
    const start = everything(router)
    router.host.sim.transaction(() => {
      for (const step of outer) perform(router, step)
      const middle = everything(router)
      router.host.sim.transaction(() => {
        for (const step of inner) perform(router, step)
      })
      expect(everything(router)).toEqual(middle)
      for (const step of inner) perform(router, step)
    })
    expect(everything(router)).toEqual(start)
  })

  property.prop([steps, steps])('so that it can be repeated', (before, within) => {
    const router = natted()
    for (const step of before) perform(router, step)
    const run = () =>
      router.host.sim.transaction(() => {
        router.conntrackEvents()
        for (const step of within) perform(router, step)
        return { state: everything(router), events: router.conntrackEvents() }
      }) as unknown
    expect(run()).toEqual(run())
  })

  test('a source that was translated before keeps its translation after a rollback that had removed it', () => {
    const router = new Router()
    router.rules = (packet, state) =>
      state.hook === Hook.POSTROUTING
        ? router.nat.setup(packet, natRange({ address: [parseIpv4('192.0.2.10'), parseIpv4('192.0.2.250')] }), 'src')
        : Verdict.ACCEPT
    const first = udp('10.0.0.1:40000', '1.1.1.1:53')
    router.forward(first)
    router.host.sim.transaction(() => router.conntrack.flush())
    const second = udp('10.0.0.1:40000', '8.8.8.8:53')
    router.forward(second)
    expect(headers(second).split(' ')[0]).toBe(headers(first).split(' ')[0])
    expect(entryOf(second)!.id).toBe(2)
  })

  test('a new entry that loses its clash in a transaction is gone after it', () => {
    const router = natted()
    const start = everything(router)
    router.host.sim.transaction(() => {
      for (const port of [1, 1, 2]) router.track(udp(`10.0.0.1:${port}`, '10.0.1.1:53'))
      const [first, second] = [udp('10.0.0.1:9', '10.0.1.1:53'), udp('10.0.0.1:9', '10.0.1.1:53')]
      router.track(first)
      router.track(second)
      router.leave(first)
      router.leave(second)
    })
    expect(everything(router)).toEqual(start)
  })
})
