import { describe, expect, it } from 'vitest'
import {
  agreementOf,
  compareRecords,
  compareWithAny,
  formatDifferences,
  type LabRecord,
  type RecordedFrame,
  type RecordedTraversal,
  SECTIONS,
} from '../../../src/commands/record/index.ts'
import { wordsOf } from '../../../src/commands/record/words.ts'
import { storedRecord } from './labs.ts'

const truth = storedRecord('host-gw-pod-to-pod')

/** A copy of the truth, changed. */
function changed(change: (record: LabRecord) => void): LabRecord {
  const record = structuredClone(truth)
  change(record)
  return record
}

function sectionsOf(record: LabRecord): string[] {
  return [...new Set(compareRecords(truth, record).map(({ section }) => section))]
}

describe('a difference', () => {
  it('is none between a record and itself', () => {
    expect(compareRecords(truth, structuredClone(truth))).toEqual([])
    const { counts, differences } = agreementOf(truth, truth)
    expect(differences).toEqual([])
    expect(counts.frames.agree).toBe(counts.frames.of)
    expect(counts.frames.of).toBeGreaterThan(50)
  })

  it.each<[string, (record: LabRecord) => void]>([
    ['commands', (record) => (record.commands[0]!.rc = 99)],
    ['frames', (record) => (record.frames[0]!.dst = '10.9.9.9')],
    ['frames', (record) => record.frames.reverse()],
    ['rules', (record) => record.rules.pop()],
    ['conntrack', (record) => (record.conntrack.node1!.final![0]!.mark = 7)],
    ['conntrack', (record) => (record.conntrack.node1!.events = [])],
    ['counters', (record) => (record.counters.node1![1] = ':INPUT DROP [0:0]')],
    ['neigh', (record) => delete record.neigh.a],
    ['fdb', (record) => (record.fdb.extra = [{ mac: 'x', dev: 'y' }])],
    ['route', (record) => record.route.a!.routes!.pop()],
    ['snmp', (record) => (record.snmp.a = { IpFragOKs: 1 })],
  ])('is seen in %s', (section, change) => {
    expect(sectionsOf(changed(change))).toEqual([section])
    expect(
      compareRecords(
        truth,
        changed(change),
        SECTIONS.filter((other) => other !== section),
      ),
    ).toEqual([])
  })

  it('stands beside what it was', () => {
    const record = changed(({ frames }) => (frames[0]!.dst = '10.9.9.9'))
    const differences = compareRecords(truth, record)
    expect(differences).toHaveLength(1)
    expect(differences[0]).toMatchObject({ section: 'frames', netns: frames0.ns })
    expect(differences[0]!.truth).toContain(frames0.dst!)
    expect(differences[0]!.candidate).toContain('10.9.9.9')
    expect(formatDifferences(differences)).toBe(
      `frames in ${frames0.ns}:\n  - ${wordsOf('frames', differences[0]!.truth!)}\n  + ${wordsOf('frames', differences[0]!.candidate!)}\n`,
    )
  })

  it('is told up to a limit', () => {
    const differences = compareRecords(
      truth,
      changed(({ commands }) => commands.splice(0, 3)),
    )
    expect(formatDifferences(differences, 1).split('\n').slice(-2)).toEqual([`and ${differences.length - 1} more`, ''])
    expect(
      formatDifferences(
        compareRecords(
          changed(({ commands }) => commands.pop()),
          truth,
        ),
      ),
    ).toMatch(/^commands:\n {2}\+ /)
  })
})

const frames0 = truth.frames[0]!

describe('an allowance', () => {
  const sections = (change: (record: LabRecord) => void) => sectionsOf(changed(change))

  it('is made for the seconds, the errors printed and the story', () => {
    expect(
      sections((record) => {
        record.seconds = 99
        record.story = []
        record.lab = 'other'
        record.commands[0]!.err = 'complaint'
      }),
    ).toEqual([])
  })

  it('is made for loose frames', () => {
    expect(sections((record) => (record.frames = record.frames.filter(({ loose }) => loose === undefined)))).toEqual([])
  })

  it('is made for the step and the order of repeated ARP requests', () => {
    const retry = (dst: string, step: number): RecordedFrame => ({ ...frames0, dst, step, retry: 1 })
    const one = changed(({ frames }) => frames.push(retry('10.0.0.1', 1), retry('10.0.0.2', 1)))
    const other = changed(({ frames }) => frames.unshift(retry('10.0.0.2', 2), retry('10.0.0.1', 2)))
    expect(compareRecords(one, other)).toEqual([])
    expect(compareRecords(one, truth)).toHaveLength(2)
  })

  it('is made for the order of frames of different namespaces', () => {
    expect(sections(({ frames }) => frames.sort((a, b) => (a.ns < b.ns ? 1 : a.ns > b.ns ? -1 : 0)))).toEqual([])
  })

  it('is made for the policies of empty base chains', () => {
    const empty: RecordedTraversal = {
      ns: 'a',
      step: 1,
      start: 'OUTPUT',
      chains: [
        { table: 'raw', chain: 'OUTPUT', hits: [{ chain: 'OUTPUT', pos: 'policy', verdict: 'ACCEPT', empty: true }] },
      ],
    }
    expect(sections(({ rules }) => rules.push(empty))).toEqual([])
    const drops = structuredClone(empty)
    drops.chains[0]!.hits[0]!.verdict = 'DROP'
    expect(sections(({ rules }) => rules.push(drops))).toEqual(['rules'])
  })

  it('is made for pure ACKs: their rules, their counts, and what they alone bring about', () => {
    const isAck = ({ chains }: RecordedTraversal) => chains[0]!.pkt?.flags === 'A'
    const acks = truth.rules.filter((traversal) => traversal.ns === 'node1' && isAck(traversal))
    expect(acks.length).toBeGreaterThan(0)
    const counter = /^\[(\d+):(\d+)\] -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED/
    const [line, packets, octets] = truth.counters
      .node1!.map((text) => counter.exec(text))
      .find((match) => match !== null)!
    const withoutAcks = (packetsOff: number) =>
      changed((record) => {
        record.rules = record.rules.filter((traversal) => !acks.some((ack) => sameRule(ack, traversal)))
        const off = acks.reduce((sum, { chains }) => sum + chains[0]!.pkt!.len!, 0)
        record.counters.node1 = record.counters.node1!.map((text) =>
          text.startsWith(line)
            ? text.replace(/\[.*?\]/, `[${Number(packets) - acks.length - packetsOff}:${Number(octets) - off}]`)
            : text,
        )
        record.conntrack.node1!.events = record.conntrack.node1!.events!.filter(({ state }) => state !== 'CLOSE_WAIT')
        record.snmp.node1 = { ...record.snmp.node1, IpForwDatagrams: 1000 }
      })
    expect(sectionsOf(withoutAcks(0))).toEqual([])
    expect(sectionsOf(withoutAcks(1))).toEqual(['counters'])
  })

  it('is made for the order in which connections end together, not for that of commands', () => {
    const destroys = (...steps: number[]) => {
      const record = structuredClone(truth)
      const events = steps.map((step, i) => ({
        ev: 'DESTROY' as const,
        proto: 'udp',
        orig: { src: `10.0.0.${i}`, dst: '10.0.0.9' },
        reply: { src: '10.0.0.9', dst: `10.0.0.${i}` },
        status: [],
        step,
      }))
      return { record, events }
    }
    const both = (steps: number[]) => {
      const a = destroys(...steps)
      const b = destroys(...steps)
      a.record.conntrack = { x: { events: a.events } }
      b.record.conntrack = { x: { events: [...b.events].reverse() } }
      return compareRecords(a.record, b.record)
    }
    expect(both([1, 1, 1])).toEqual([])
    expect(both([1, 2, 3])).not.toEqual([])
  })

  it('is made for ACKs in the count of a policy, where policies count at all', () => {
    const ack = (ns: string): RecordedTraversal => ({
      ns,
      step: 1,
      start: 'OUTPUT',
      chains: [
        {
          table: 'filter',
          chain: 'OUTPUT',
          pkt: { l3: 'tcp', flags: 'A', len: 52 },
          hits: [{ chain: 'OUTPUT', pos: 'policy', verdict: 'ACCEPT' }],
        },
      ],
    })
    const one = changed((record) => {
      record.rules.push(ack('b'), ack('c'))
      record.counters = { b: ['*filter', ':OUTPUT ACCEPT [3:200]'], c: ['*filter', ':OUTPUT ACCEPT [0:0]'] }
    })
    const other = changed((record) => {
      record.counters = { b: ['*filter', ':OUTPUT ACCEPT [2:148]'], c: ['*filter', ':OUTPUT ACCEPT [0:0]'] }
    })
    expect(compareRecords(one, other)).toEqual([])
  })
})

function sameRule(a: RecordedTraversal, b: RecordedTraversal): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

it('chance: one of the possible records is enough, the nearest is told', () => {
  const far = changed(({ commands, frames }) => {
    commands.pop()
    frames.pop()
  })
  const near = changed(({ commands }) => commands.pop())
  expect(compareWithAny([far, near, truth], truth)).toEqual([])
  expect(compareWithAny([far, near], truth)).toEqual(compareRecords(near, truth))
})
