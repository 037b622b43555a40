import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Trace, type TraceData } from '../../src/trace/index.ts'
import { dockerHost, trace } from './networks.ts'
import { schemaErrors } from './schema.ts'

function published(): Trace {
  const { net, outside } = dockerHost()
  return trace(net, { from: outside, address: '192.168.0.10', port: 8080, sourcePort: 40000 })
}

describe('Trace', () => {
  it('gives the parts of its data by name', () => {
    const made = published()
    const { data } = made
    expect([made.disposition, made.reason, made.packet]).toEqual([data.disposition, data.reason, data.packet])
    expect([made.translations, made.hops, made.reply]).toEqual([data.translations, data.hops, data.reply])
    expect([made.endpoint, made.seenBy, made.error]).toEqual([data.endpoint, data.seenBy, data.error])
    expect([made.draws, made.assumptions, made.warnings]).toEqual([data.draws, data.assumptions, data.warnings])
    expect(made.path).toEqual(['outside eth0', 'host eth0', 'web eth0'])
  })

  it('makes its data when it is asked for them, once', () => {
    const { data } = published()
    let made = 0
    const lazy = new Trace(() => {
      made++
      return data
    })
    expect(made).toBe(0)
    expect(lazy.disposition).toBe('delivered')
    expect(lazy.data).toBe(data)
    expect(made).toBe(1)
  })

  it('is plain JSON', () => {
    const made = published()
    expect(JSON.parse(JSON.stringify(made))).toEqual(made.data)
    expect(schemaErrors(made)).toEqual([])
  })

  it('is the same as YAML', () => {
    const made = published()
    expect(parse(made.toYAML())).toEqual(made.data)
    // what stands in two places is written out in both
    expect(made.toYAML()).not.toMatch(/[&*]a\d/)
  })

  it('is refused by the schema when something is not right', () => {
    const { data } = published()
    const wrong: [Partial<Record<keyof TraceData, unknown>>, RegExp][] = [
      [{ version: 2 }, /\/version/],
      [{ disposition: 'lost' }, /\/disposition/],
      [{ colour: 'red' } as never, /unevaluated/],
      [{ probability: 1.5 }, /\/probability/],
      [{ translations: [{ ...data.translations[0], from: 'here' }] }, /\/translations\/0\/from/],
      [{ hops: [{ netns: 'a', device: 'b', at: 0, steps: [{ kind: 'vanished' }] }] }, /\/hops\/0\/steps\/0/],
      [{ reply: 7 }, /\/reply/],
    ]
    for (const [change, message] of wrong) expect(schemaErrors({ ...data, ...change }).join('\n')).toMatch(message)
  })
})
