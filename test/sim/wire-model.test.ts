import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KubehopError } from '../../src/packet/errors.ts'
import { RandomStream, Simulation, WireDrop, WireModel } from '../../src/sim/index.ts'

describe('WireModel', () => {
  it('is a wire without properties by default', () => {
    const wire = new WireModel()
    expect([wire.send(5, 1500), wire.send(5, 60), wire.queued(5)]).toEqual([5, 5, 0])
  })

  it('takes its time', () => {
    expect(new WireModel({ latency: 1000 }).send(5, 1500)).toBe(1005)
    // 1250 octets are 10,000 bits: 10 µs at 1 Gbit/s.
    const wire = new WireModel({ latency: 1000, bandwidth: 1e9 })
    expect(wire.send(0, 1250)).toBe(11_000)
    expect(wire.send(0, 1250)).toBe(21_000)
    expect(wire.queued(0)).toBe(1)
    expect(wire.send(50_000, 1250)).toBe(61_000)
  })

  it('does not lose time by rounding', () => {
    // 64 octets take 12.8 ns.
    const wire = new WireModel({ bandwidth: 40e9, queueLimit: 100_000 })
    let last = 0
    for (let i = 0; i < 1000; i++) last = wire.send(0, 64)
    expect(last).toBe(12_800)
  })

  it('drops what finds the queue full', () => {
    const wire = new WireModel({ bandwidth: 8e9, queueLimit: 2 })
    // 100 octets take 100 ns: one is sent, two wait.
    expect([0, 0, 0, 0].map((now) => wire.send(now, 100))).toEqual([100, 200, 300, WireDrop.QUEUE_FULL])
    expect(wire.send(99, 100)).toBe(WireDrop.QUEUE_FULL)
    expect(wire.send(100, 100)).toBe(400)
    expect(wire.send(100, 100)).toBe(WireDrop.QUEUE_FULL)
  })

  it('without a queue sends when it is free', () => {
    const wire = new WireModel({ bandwidth: 8e9, queueLimit: 0 })
    expect([wire.send(0, 100), wire.send(99, 100), wire.send(100, 100)]).toEqual([100, WireDrop.QUEUE_FULL, 200])
  })

  it('loses its share', () => {
    const wire = new WireModel({ loss: 0.25, random: new RandomStream(3, 'wire') })
    let lost = 0
    for (let i = 0; i < 10_000; i++) if (wire.send(i, 100) === WireDrop.LOST) lost++
    expect(Math.abs(lost - 2500)).toBeLessThan(150)
    expect(new WireModel({ loss: 1, random: new RandomStream(3, 'wire') }).send(0, 1)).toBe(WireDrop.LOST)
  })

  it('keeps the order of frames, and sends no faster than its bandwidth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.nat(500), octets: fc.integer({ min: 14, max: 1514 }) }), { maxLength: 200 }),
        fc.record({
          latency: fc.nat(10_000),
          bandwidth: fc.integer({ min: 1e6, max: 1e11 }),
          queueLimit: fc.nat(20),
        }),
        (frames, options) => {
          const wire = new WireModel(options)
          let now = 0
          let last = 0
          let sent = 0
          for (const { gap, octets } of frames) {
            now += gap
            const arrival = wire.send(now, octets)
            expect(wire.queued(now)).toBeLessThanOrEqual(options.queueLimit)
            if (arrival === WireDrop.QUEUE_FULL) continue
            sent += octets
            expect(Number.isInteger(arrival)).toBe(true)
            expect(arrival).toBeGreaterThanOrEqual(last)
            expect(arrival - options.latency).toBeGreaterThanOrEqual(Math.floor((sent * 8e9) / options.bandwidth) - 1)
            last = arrival
          }
        },
      ),
    )
  })

  it('forgets frames that have gone', () => {
    const wire = new WireModel({ bandwidth: 8e9, queueLimit: 5000 })
    for (let i = 0; i < 4000; i++) wire.send(0, 1)
    expect(wire.queued(2000)).toBe(1999)
    expect(wire.queued(4000)).toBe(0)
  })

  it('is put back by a transaction', () => {
    const sim = new Simulation()
    const wire = new WireModel({ bandwidth: 8e9, queueLimit: 2, loss: 0.5, random: sim.random('wire') })
    wire.send(0, 100)
    const work = () => {
      sim.touch(wire)
      return [1, 2, 3, 4].map((now) => wire.send(now, 100))
    }
    expect(sim.transaction(work)).toEqual(sim.transaction(work))
    expect(wire.queued(0)).toBe(0)
  })

  it.each([
    { latency: -1 },
    { latency: 0.5 },
    { bandwidth: 0 },
    { bandwidth: Number.NaN },
    { queueLimit: -1 },
    { loss: 1.5 },
    { loss: 0.5 },
  ])('refuses %o', (options) => {
    expect(() => new WireModel(options)).toThrow(KubehopError)
  })
})
