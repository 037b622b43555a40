import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runLinear } from '../../../src/netfilter/evaluate/linear.ts'
import type { PolicyEvent, RuleEvent } from '../../../src/netfilter/events.ts'
import { type Device, Hook, type HookState } from '../../../src/netfilter/hook.ts'
import type { Table } from '../../../src/netfilter/rule.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import type { KernelEvent } from '../../../src/sim/types.ts'
import { ping, tcp, udp } from '../conntrack/packets.ts'
import { namespace, table } from '../support.ts'

/*
 * Tables and packets of few values, so that packets do match; long chains, so that the index is used. The evaluator must take the same way
 * as the linear scan: the same rules in the same order, the same verdict, the same changes of the packet.
 */

const pick = fc.constantFrom
const address = pick('10.0.0.1', '10.0.0.2', '10.0.1.1', '10.1.0.1', '192.168.0.9')
const device = pick('eth0', 'eth1', 'cni0')
const port = pick(53, 80, 443)
const bang = fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('! ') })
const maybe = (part: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), part)

const protocolPart = fc.oneof(
  fc.constant(''),
  fc.tuple(pick('tcp', 'udp'), bang, port).map(([p, not, d]) => `-p ${p} -m ${p} ${not}--dport ${d}`),
  fc.tuple(pick('tcp', 'udp'), port).map(([p, d]) => `-p ${p} -m ${p} --dport ${d}`),
  fc.tuple(pick('tcp', 'udp'), port, port).map(([p, a, b]) => `-p ${p} -m multiport --dports ${a},${b}`),
  pick('-p tcp', '-p udp', '-p icmp', '! -p tcp', '-p icmp -m icmp --icmp-type 8', '-p tcp -m tcp --dport 50:90'),
)
const ruleText = (below: readonly string[]) =>
  fc
    .tuple(
      maybe(
        fc
          .tuple(bang, address, pick('', '/24', '/16', '/9', '/0'))
          .map(([not, a, m]) => `${m === '/0' ? '' : not}-s ${a}${m}`),
      ),
      maybe(fc.tuple(bang, address, pick('', '', '/24', '/16')).map(([not, a, m]) => `${not}-d ${a}${m}`)),
      maybe(fc.tuple(bang, pick('eth0', 'eth1', 'eth+')).map(([not, d]) => `${not}-i ${d}`)),
      maybe(fc.tuple(bang, device).map(([not, d]) => `${not}-o ${d}`)),
      protocolPart,
      maybe(
        pick('-m mark --mark 1', '-m mark --mark 1/1', '-m mark ! --mark 2', '-m mark --mark 2/3', '-m mark --mark 0'),
      ),
      fc.oneof(
        {
          weight: 4,
          arbitrary: pick(
            '',
            '-j MARK --set-mark 1',
            '-j MARK --or-mark 2',
            '-j MARK --xor-mark 3',
            '-j MARK --set-mark 0',
          ),
        },
        { weight: 1, arbitrary: pick('-j ACCEPT', '-j DROP', '-j RETURN') },
        {
          weight: below.length === 0 ? 0 : 2,
          arbitrary: fc
            .tuple(pick('-j', '-j', '-g'), pick(...(below.length === 0 ? ['none'] : below)))
            .map((words) => words.join(' ')),
        },
      ),
    )
    .map((parts) => parts.filter((part) => part !== '').join(' '))

const CHAINS = ['FORWARD', 'A', 'B', 'C']
const tables: fc.Arbitrary<Table> = fc
  .tuple(
    ...CHAINS.map((_, i) =>
      fc.array(ruleText(CHAINS.slice(i + 1)), { minLength: i < 3 ? 8 : 0, maxLength: 60, size: 'max' }),
    ),
  )
  .chain((chains) => fc.tuple(fc.constant(chains), pick('ACCEPT', 'DROP')))
  .map(([chains, policy]) =>
    table(
      'filter',
      `:FORWARD ${policy} [0:0]`,
      ...CHAINS.slice(1).map((name) => `:${name} - [0:0]`),
      ...chains.flatMap((rules, i) => rules.map((text) => `-A ${CHAINS[i]} ${text}`)),
    ),
  )

const packets: fc.Arbitrary<Packet> = fc
  .tuple(pick('tcp', 'udp', 'icmp', 'fragment'), address, address, port, fc.nat(3))
  .map(([kind, src, dst, dport, mark]) => {
    const packet =
      kind === 'tcp'
        ? tcp(`${src}:40000`, `${dst}:${dport}`, 'S')
        : kind === 'icmp'
          ? ping(src, dst)
          : udp(`${src}:40000`, `${dst}:${dport}`)
    if (kind === 'fragment') {
      packet.ip!.fragmentOffset = 8
      packet.l4 = null
    }
    packet.mark = mark
    return packet
  })

const interfaces: Device[] = [
  { ifindex: 2, name: 'eth0' },
  { ifindex: 3, name: 'cni0' },
  { ifindex: 4, name: 'eth1' },
]

/** The way of a packet through the evaluator, of its events. */
function way(events: readonly KernelEvent[]): { chain: string; position: number }[] {
  return events
    .filter((event): event is RuleEvent | PolicyEvent => event.kind === 'rule' || event.kind === 'policy')
    .map((event) => ({ chain: event.chain, position: event.kind === 'rule' ? event.position : 0 }))
}

describe('the index', () => {
  it('finds what a linear scan finds, in the same order', () => {
    fc.assert(
      fc.property(
        tables,
        fc.array(fc.tuple(packets, pick(...interfaces), pick(...interfaces)), { minLength: 10, maxLength: 30 }),
        (filter, all) => {
          const { host, netfilter, context } = namespace()
          netfilter.setTable(filter)
          const events = host.watch()
          const expected = new Map<string, number>()
          for (const [packet, from, to] of all) {
            const other = packet.clone()
            const state: HookState = { hook: Hook.FORWARD, in: from, out: to }
            const linear = runLinear(filter, 'FORWARD', other, state, context)
            events.length = 0
            const verdict = netfilter.run(Hook.FORWARD, packet, from, to)
            expect(verdict).toBe(linear.verdict)
            expect(way(events)).toEqual(linear.hits)
            expect(packet.mark).toBe(other.mark)
            for (const { chain, position } of linear.hits) {
              const key = `${chain} ${position}`
              expected.set(key, (expected.get(key) ?? 0) + 1)
            }
          }
          const counters = netfilter.counters('filter')
          for (const [name, { rules }] of filter.chains) {
            for (let position = name === 'FORWARD' ? 0 : 1; position <= rules.length; position++) {
              expect(counters(name, position).packets).toBe(expected.get(`${name} ${position}`) ?? 0)
            }
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('finds the same without anybody watching', () => {
    fc.assert(
      fc.property(tables, fc.array(packets, { minLength: 5, maxLength: 20 }), (filter, all) => {
        const { netfilter, context } = namespace()
        netfilter.setTable(filter)
        for (const packet of all) {
          const other = packet.clone()
          const linear = runLinear(
            filter,
            'FORWARD',
            other,
            { hook: Hook.FORWARD, in: interfaces[0]!, out: null },
            context,
          )
          expect(netfilter.run(Hook.FORWARD, packet, interfaces[0]!, null)).toBe(linear.verdict)
          expect(packet.mark).toBe(other.mark)
        }
      }),
      { numRuns: 100 },
    )
  })
})
