import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { formatTuple } from '../../../src/netfilter/conntrack/index.ts'
import { Hook, Verdict } from '../../../src/netfilter/hook.ts'
import { natRange } from '../../../src/netfilter/nat/index.ts'
import { ipv4, parseIpv4 } from '../../../src/packet/address.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { answerTo, ping, tcp, udp, unreachable } from '../conntrack/packets.ts'
import { headers, Router } from '../conntrack/router.ts'

const outside = parseIpv4('192.0.2.0')
const packets = fc.record({
  kind: fc.constantFrom('udp' as const, 'tcp' as const, 'icmp' as const),
  host: fc.integer({ min: 1, max: 4 }),
  port: fc.constantFrom(80, 700, 40000, 40001),
  server: fc.integer({ min: 1, max: 3 }),
})
const ranges = fc.record({
  first: fc.integer({ min: 1, max: 3 }),
  count: fc.integer({ min: 1, max: 3 }),
  ports: fc.option(fc.record({ first: fc.integer({ min: 1, max: 65000 }), count: fc.integer({ min: 40, max: 400 }) })),
  random: fc.boolean(),
  randomFully: fc.boolean(),
  persistent: fc.boolean(),
})

function make({
  kind,
  host,
  port,
  server,
}: {
  kind: 'udp' | 'tcp' | 'icmp'
  host: number
  port: number
  server: number
}): Packet {
  const src = `10.0.0.${host}`
  const dst = `198.51.100.${server}`
  if (kind === 'icmp') return ping(src, dst, port)
  return kind === 'udp' ? udp(`${src}:${port}`, `${dst}:53`) : tcp(`${src}:${port}`, `${dst}:53`, 'S')
}

property.prop([ranges, fc.option(ranges), fc.array(packets, { maxLength: 30 })])(
  'answers find back, no two flows share their answers, and addresses and ports stay in the range',
  (source, destination, list) => {
    const router = new Router()
    const rangeOf = ({ first, count, ports, ...flags }: typeof source, base: number) =>
      natRange({
        address: [ipv4(base + first), ipv4(base + first + count - 1)],
        ...(ports === null ? {} : { port: [ports.first, ports.first + ports.count] }),
        ...flags,
      })
    const src = rangeOf(source, outside)
    const dst = destination === null ? null : rangeOf(destination, parseIpv4('203.0.113.0'))
    router.rules = (packet, { hook }) => {
      if (hook === Hook.POSTROUTING) return router.nat.setup(packet, src, 'src')
      return hook === Hook.PREROUTING && dst !== null ? router.nat.setup(packet, dst, 'dst') : Verdict.ACCEPT
    }
    for (const each of list) {
      const packet = make(each)
      const sent = headers(packet)
      if (!router.forward(packet)) continue
      expect(packet.ip!.src - outside).toBeGreaterThanOrEqual(source.first)
      expect(packet.ip!.src - outside).toBeLessThan(source.first + source.count)

      const error = unreachable('198.18.0.1', '0.0.0.0', packet)
      error.ip!.dst = packet.ip!.src
      router.forward(error, router.inside)
      expect(error.l4?.kind === 'icmp' && error.l4.quoted !== null ? headers(error.l4.quoted) : '').toBe(sent)

      const answer = answerTo(packet)
      if (answer.l4?.kind === 'tcp') Object.assign(answer.l4, { flags: 0x12, ack: 1 })
      expect(router.forward(answer, router.inside)).toBe(true)
      expect(headers(answer)).toBe(headers(answerTo(make(each))))
    }
    const tuples = [...router.conntrack.entries()].flatMap((entry) =>
      [entry.original, entry.reply].map((tuple) => `${tuple.protocol} ${formatTuple(tuple)}`),
    )
    expect(new Set(tuples).size).toBe(tuples.length)
  },
)
