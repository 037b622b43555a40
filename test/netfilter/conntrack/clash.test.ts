import { expect, test } from 'vitest'
import { entryOf, IPS } from '../../../src/netfilter/conntrack/index.ts'
import { Hook } from '../../../src/netfilter/hook.ts'
import { natRange } from '../../../src/netfilter/nat/index.ts'
import { parseIpv4 } from '../../../src/packet/address.ts'
import { udp } from './packets.ts'
import { headers, Router } from './router.ts'

/** Two packets of one flow are on the way at once, and are sent to two different servers. */
function race(router: Router, servers: [string, string]) {
  const packets = servers.map((server) => {
    const packet = udp('10.0.0.1:40000', '10.96.0.10:53')
    router.track(packet)
    router.nat.run(packet, { hook: Hook.PREROUTING, in: router.inside, out: null }, () =>
      router.nat.setup(packet, natRange({ address: parseIpv4(server) }), 'dst'),
    )
    return packet
  })
  const passed = packets.map((packet) => router.leave(packet))
  return { packets, passed }
}

test('of two UDP packets with different translations both pass; the loser keeps for a second what its answers need', () => {
  const router = new Router()
  const { packets, passed } = race(router, ['10.0.1.1', '10.0.1.2'])
  expect(passed).toEqual([true, true])
  expect(router.conntrack.statistics.clash_resolve).toBe(1)
  const [winner, loser] = packets.map((packet) => entryOf(packet)!)
  expect(loser).not.toBe(winner)
  expect(loser!.status & IPS.NAT_CLASH).not.toBe(0)
  // The loser is not listed, and packets of the opener find the winner.
  expect([...router.conntrack.entries()]).toEqual([winner])
  expect(router.conntrack.size).toBe(2)
  expect(router.conntrack.find(loser!.original)).toBe(winner)

  router.withoutRules()
  const answer = udp('10.0.1.2:53', '10.0.0.1:40000')
  router.forward(answer)
  expect(headers(answer)).toBe('10.96.0.10:53 > 10.0.0.1:40000')
  router.sleep(0.9)
  router.forward(udp('10.0.1.2:53', '10.0.0.1:40000'))
  router.forward(udp('10.0.1.2:53', '10.0.0.1:40000'))
  expect(loser!.status & IPS.ASSURED).toBe(0)
  router.sleep(0.1)
  const late = udp('10.0.1.2:53', '10.0.0.1:40000')
  router.forward(late)
  expect(headers(late)).toBe('10.0.1.2:53 > 10.0.0.1:40000')
})

test('with equal translations they are one flow', () => {
  const router = new Router()
  const { packets, passed } = race(router, ['10.0.1.1', '10.0.1.1'])
  expect(passed).toEqual([true, true])
  expect(packets[0]!.ct).toBe(packets[1]!.ct)
})

test('the loser is dropped when its answers could not be told apart either', () => {
  const router = new Router()
  router.forward(udp('10.0.0.1:40000', '10.0.1.2:53'))
  const { passed } = race(router, ['10.0.1.1', '10.0.1.2'])
  expect(passed).toEqual([true, false])
})

test('an entry of which only the answers are in the table is put back by a rollback, and can be deleted', () => {
  const router = new Router()
  const { packets } = race(router, ['10.0.1.1', '10.0.1.2'])
  const loser = entryOf(packets[1]!)!
  router.host.sim.transaction(() => {
    expect(router.conntrack.delete(loser)).toBe(true)
    expect(router.conntrack.find(loser.reply)).toBeNull()
  })
  expect(router.conntrack.find(loser.reply)).toBe(loser)
  expect(router.conntrack.find(loser.original)).not.toBe(loser)
})
