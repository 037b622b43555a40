import { describe, expect, it } from 'vitest'
import type { ConntrackEntry } from '../../../src/netfilter/conntrack/entry.ts'
import { IPS } from '../../../src/netfilter/conntrack/status.ts'
import { Hook, Verdict } from '../../../src/netfilter/hook.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { tcp, udp } from '../conntrack/packets.ts'
import { ETH0, namespace, table } from '../support.ts'

const SECOND = 1e9

/** A namespace whose mangle table counts in INPUT: how many rules `--connlimit-above 0, 1, 2 …` a packet matches says how many were counted. */
function counting(...options: string[]) {
  const { host, netfilter } = namespace()
  const rules = [0, 1, 2, 3].map((n) => `-A INPUT -m connlimit --connlimit-above ${n} ${options.join(' ')}`)
  netfilter.setTable(table('mangle', ':INPUT ACCEPT [0:0]', ...rules))
  const counters = () =>
    [...netfilter.save({ counters: true }).matchAll(/^\[(\d+):\d+\] -A/gm)].map((line) => Number(line[1]))
  const input = (packet: Packet) => {
    const before = counters()
    let verdict = netfilter.run(Hook.PREROUTING, packet, ETH0, null)
    if (verdict === Verdict.ACCEPT) verdict = netfilter.run(Hook.INPUT, packet, ETH0, null)
    const counted = counters().filter((packets, n) => packets > before[n]!).length
    return { counted, verdict, entry: packet.ct as ConntrackEntry }
  }
  const wait = () => host.sim.run({ until: host.sim.now + SECOND })
  return { netfilter, input, wait }
}

describe('connlimit', () => {
  it('counts the connections of a host', () => {
    const { input, wait } = counting()
    const counts: number[] = []
    for (const port of [1, 2, 3]) {
      counts.push(input(udp(`10.0.0.1:${port}`, '192.168.0.1:53')).counted)
      wait()
    }
    expect(counts).toEqual([1, 2, 3])
    expect(input(udp('10.0.0.2:1', '192.168.0.1:53')).counted).toBe(1)
  })

  it('forgets what is gone, but not behind its own place in the list', () => {
    const { netfilter, input, wait } = counting()
    input(udp('10.0.0.1:1', '192.168.0.1:53'))
    wait()
    const { entry } = input(udp('10.0.0.1:2', '192.168.0.1:53'))
    wait()
    netfilter.conntrack.delete(entry)
    expect(input(udp('10.0.0.1:1', '192.168.0.1:53')).counted).toBe(2)
    expect(input(udp('10.0.0.1:3', '192.168.0.1:53')).counted).toBe(2)
  })

  it('drops a packet of an assured connection when nothing is left to count, not even it', () => {
    const { netfilter, input, wait } = counting('-p tcp')
    const { entry } = input(tcp('10.0.0.1:1', '192.168.0.1:80', 'S'))
    entry.status |= IPS.ASSURED
    wait()
    const reset = input(tcp('10.0.0.1:1', '192.168.0.1:80', 'R', { seq: 1 }))
    expect(reset.counted).toBe(0)
    expect(reset.verdict).toBe(Verdict.DROP)
    expect(netfilter.context.hotdrop).toBe(false)
  })
})
