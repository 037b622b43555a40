import { describe, expect, it } from 'vitest'
import type { Step, TraceData } from '../../../src/trace/index.ts'
import { Trace } from '../../../src/trace/index.ts'
import { renderText } from '../../../src/trace/render/text.ts'
import {
  cut,
  entryText,
  inkOf,
  originText,
  percent,
  serviceText,
  shortRoute,
  wrap,
} from '../../../src/trace/render/words.ts'

describe('words', () => {
  it('break between words, and nowhere else', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('incomprehensibilities', 7)).toEqual(['incomprehensibilities'])
    expect(wrap('', 7)).toEqual([''])
    expect(cut('one two three', 8)).toBe('one two…')
    expect(cut('one', 3)).toBe('one')
  })

  it('name origins', () => {
    expect(originText({ writer: 'kubelet', why: 'jump' })).toBe('kubelet')
    expect(originText({ writer: 'kube-proxy', why: 'cluster IP', service: 'default/web', port: '80' })).toBe(
      'kube-proxy: cluster IP, default/web:80',
    )
    expect(serviceText('default/web', undefined)).toBe('default/web')
  })

  it('tell both directions of an entry only when they differ', () => {
    const entry = (original: string, reply: string) =>
      entryText({ kind: 'conntrack', event: 'new', state: 'NEW', original, reply })
    expect(entry('icmp 10.0.0.1 > 10.0.0.2 id 7', 'icmp 10.0.0.2 > 10.0.0.1 id 7')).toBe('10.0.0.1 > 10.0.0.2 id 7')
    expect(entry('tcp 10.0.0.1:1 > 10.0.0.2:2', 'tcp 10.0.0.3:2 > 10.0.0.1:1')).toBe(
      '10.0.0.1:1 > 10.0.0.2:2, answers 10.0.0.3:2 > 10.0.0.1:1',
    )
    expect(entry('odd', 'odder')).toBe('odd, answers odder')
  })

  it('shorten routes and odds', () => {
    expect(shortRoute('10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 metric 5')).toBe(
      '10.0.0.0/24 dev eth0 metric 5',
    )
    expect([percent(1), percent(1 / 3), percent(1e-7)]).toEqual(['100 %', '33.3333 %', '0 %'])
  })

  it('have a colour for each end', () => {
    const inks = (['delivered', 'left', 'depends', 'rejected', 'dropped', 'unanswered'] as const).map(inkOf)
    expect(inks).toEqual(['good', 'warn', 'warn', 'bad', 'bad', 'bad'])
  })
})

/** A trace that consists of these steps. */
function story(...steps: Step[]): TraceData {
  const packet = {
    text: '10.0.0.1 > 10.0.0.2: x',
    protocol: '47',
    src: '10.0.0.1',
    dst: '10.0.0.2',
    smac: '',
    dmac: '',
    length: 9,
  }
  return {
    version: 1,
    from: { name: 'a', netns: 'a', address: '10.0.0.1' },
    to: { name: 'b', address: '10.0.0.2' },
    protocol: 'tcp',
    seed: 0,
    assumptions: [],
    warnings: [],
    disposition: 'dropped',
    reason: 'NOT_SPECIFIED: a story',
    packet,
    translations: [],
    hops: [{ netns: 'a', device: 'eth0', at: 1500, steps }],
    probability: 1,
    draws: [],
    reply: null,
  }
}

const lines = (detail: 'summary' | 'detailed', ...steps: Step[]): string[] =>
  renderText(story(...steps), { detail })
    .trimEnd()
    .split('\n')
    .slice(6)

describe('lines of steps', () => {
  const route = { kind: 'routed', direction: 'input', device: 'lo', route: 'none' } as const

  it('of routes that lead nowhere', () => {
    expect(lines('summary', { ...route, type: 'unreachable' })).toEqual(['   route        none'])
    expect(lines('summary', { ...route, route: 'ENETUNREACH', type: 'unreachable' })).toEqual([
      '   route        none: ENETUNREACH',
    ])
    expect(lines('summary', { ...route, route: 'IP_RPFILTER', type: 'martian' })).toEqual([
      '   route        refused: IP_RPFILTER',
    ])
    expect(lines('detailed', { ...route, type: 'unreachable' })).toEqual(['   route        none, rule ?, table ?'])
  })

  it('of a reroute, and of tables of their own', () => {
    const step = {
      ...route,
      direction: 'reroute',
      route: 'default via 10.0.0.9 dev eth0',
      type: 'unicast',
      rule: 9,
      table: '7',
    } as const
    expect(lines('summary', step)).toEqual(['   reroute      default via 10.0.0.9 dev eth0, rule 9, table 7'])
  })

  it('of other ends', () => {
    const rule = { table: 'filter', chain: 'FORWARD', position: 1, text: '-A FORWARD -j TEE', action: 'TEE', depth: 0 }
    expect(lines('summary', { kind: 'left', to: '9.9.9.9' })).toEqual([
      '   left         for 9.9.9.9, beyond the modelled network',
    ])
    expect(lines('summary', { kind: 'unfinished', why: 'so it is' })).toEqual(['   unfinished   so it is'])
    expect(lines('summary', { kind: 'depends', what: 'target TEE', rule })).toEqual([
      '   depends      on target TEE, which is not modelled: -A FORWARD -j TEE',
    ])
  })

  it('of floods to a few, and of what an error quotes', () => {
    const bridged = { kind: 'bridged', bridge: 'br0', action: 'flooded', mac: '', to: ['a', 'b'] } as const
    expect(lines('summary', bridged)).toEqual(['   bridge       br0 floods to 2 ports: a, b'])
    const translation = {
      kind: 'snat',
      netns: 'a',
      protocol: 'tcp',
      from: '1.1.1.1:1',
      to: '2.2.2.2:2',
      undone: true,
    } as const
    const quoted = { kind: 'translated', translation, quoted: true } as const
    expect(lines('summary', quoted)).toEqual([])
    expect(lines('detailed', quoted)).toEqual(['   quoted       SNAT 1.1.1.1:1 → 2.2.2.2:2 in the ICMP error'])
  })

  it('of rules with marks, comments in one word, and origins that add nothing', () => {
    const hit = (text: string, more: object) => ({
      table: 'nat',
      chain: 'A',
      position: 1,
      text,
      action: 'ACCEPT',
      depth: 0,
      ...more,
    })
    const jump = { writer: 'kube-proxy', why: 'jump' }
    const step: Step = {
      kind: 'hook',
      hook: 'OUTPUT',
      verdict: 'ACCEPT',
      rules: [
        hit('-A A -m comment --comment short -j MARK', { mark: 1, action: 'MARK' }),
        hit('-A A -j B', { origin: jump, action: 'jump B' }),
        hit('-A B -j ACCEPT', { depth: 1, origin: jump }),
      ],
      nearMisses: [
        { table: 'nat', chain: 'A', position: 9, text: '-A A -j C', because: 'not this', depth: 0, before: 2 },
      ],
    }
    expect(lines('summary', step).map((text) => text.replace(/ +/g, ' '))).toEqual([
      ' OUTPUT nat',
      ' #1 -j MARK # short, mark 0x1',
      ' #1 -j B # kube-proxy',
      ' #1 -j ACCEPT',
    ])
    expect(
      lines('detailed', step)
        .map((text) => text.replace(/ +/g, ' '))
        .slice(3),
    ).toEqual([' #9 ✗ -A A -j C # not this', ' #1 -A B -j ACCEPT # kube-proxy'])
  })

  it('that are too long are continued below', () => {
    const why = `${'word '.repeat(40)}end`
    const [first, second] = lines('summary', { kind: 'unfinished', why })
    expect(first!.length).toBeLessThanOrEqual(120)
    expect(second).toMatch(/^ {16}word/)
  })

  it('with times in detail alone', () => {
    const text = renderText(story({ kind: 'forwarded', ttl: 1 }), { detail: 'detailed' })
    expect(text).toContain(' 1 a  eth0  +1500 ns\n')
    expect(renderText(story({ kind: 'forwarded', ttl: 1 }))).toContain(' 1 a  eth0\n')
    expect(new Trace(story({ kind: 'forwarded', ttl: 1 })).toMermaid()).toContain(
      'Note over n0: dropped: NOT_SPECIFIED',
    )
  })
})
