import { describe, expect, it } from 'vitest'
import { IP_MAX_MTU, PathExceptions, type Route, routeMtu } from '../../src/route/index.ts'
import { Simulation } from '../../src/sim/simulation.ts'
import { address } from './fake-host.ts'
import { namespaceWith, TWO_DEVICES } from './namespace.ts'

const SECOND = 1_000_000_000
const far = address('8.8.8.8')

function build() {
  const sim = new Simulation()
  const { fib } = namespaceWith(
    ...TWO_DEVICES,
    'route add 8.0.0.0/8 via 10.0.0.9',
    'route add 9.0.0.0/8 via 10.0.0.9 mtu lock 1300',
    'route add 7.0.0.0/8 via 10.0.0.9 mtu lock 0',
  )
  const route = (first: number) => fib.routes().find((each) => each.destination === first << 24) as Route
  return {
    sim,
    fib,
    route: route(8),
    lockedRoute: route(9),
    lockedEmpty: route(7),
    exceptions: new PathExceptions(sim, { min_pmtu: 552, mtu_expires: 600 }),
  }
}

describe('path MTU', () => {
  it('holds for ten minutes', () => {
    const { sim, route, exceptions } = build()
    expect(exceptions.isEmpty).toBe(true)
    exceptions.updatePmtu(route, far, 1400, 1500)
    expect(exceptions.isEmpty).toBe(false)
    expect(exceptions.find(route, far)?.pmtu).toBe(1400)
    expect(exceptions.find(route, address('8.8.8.9'))).toBeUndefined()
    sim.run({ until: 600 * SECOND })
    expect(exceptions.find(route, far)?.pmtu).toBe(1400)
    sim.run({ until: 600 * SECOND + 1 })
    expect(exceptions.find(route, far)).toBeUndefined()
    expect(exceptions.list([route])).toEqual([])
  })

  it('is renewed in its second half only, and never grows', () => {
    const { sim, route, exceptions } = build()
    exceptions.updatePmtu(route, far, 1400, 1500)
    sim.run({ until: 299 * SECOND })
    exceptions.updatePmtu(route, far, 1400, 1400)
    expect(exceptions.find(route, far)?.expires).toBe(600 * SECOND)
    sim.run({ until: 301 * SECOND })
    exceptions.updatePmtu(route, far, 1400, 1400)
    expect(exceptions.find(route, far)?.expires).toBe(901 * SECOND)
    exceptions.updatePmtu(route, far, 1450, 1400)
    expect(exceptions.find(route, far)?.pmtu).toBe(1400)
  })

  it('below the smallest that is believed, it is locked there', () => {
    const { route, exceptions } = build()
    exceptions.updatePmtu(route, far, 500, 1500)
    expect(exceptions.find(route, far)).toMatchObject({ pmtu: 552, locked: true })
    exceptions.updatePmtu(route, far, 600, 1500)
    expect(exceptions.find(route, far)).toMatchObject({ pmtu: 552, locked: true })
  })

  it('a route whose MTU is locked learns nothing', () => {
    const { lockedRoute, exceptions } = build()
    exceptions.updatePmtu(lockedRoute, far, 1200, 1300)
    expect(exceptions.find(lockedRoute, far)).toBeUndefined()
  })

  it('follows the MTU of the device that limited it', () => {
    const { route, exceptions } = build()
    const other = address('8.8.4.4')
    exceptions.updatePmtu(route, far, 1500, 1500)
    exceptions.updatePmtu(route, other, 500, 1500)
    exceptions.redirect(route, address('8.8.4.5'), address('10.0.0.8'))
    exceptions.deviceMtuChanged(99, 9000, 1500)
    expect(exceptions.find(route, far)?.pmtu).toBe(1500)
    exceptions.deviceMtuChanged(route.ifindex, 9000, 1500)
    expect(exceptions.find(route, far)?.pmtu).toBe(9000)
    expect(exceptions.find(route, other)).toMatchObject({ pmtu: 552, locked: true })
    exceptions.deviceMtuChanged(route.ifindex, 540, 9000)
    expect(exceptions.find(route, far)?.pmtu).toBe(540)
    expect(exceptions.find(route, other)).toMatchObject({ pmtu: 540, locked: false })
  })
})

describe('redirects', () => {
  it('name a gateway beside the path MTU', () => {
    const { sim, route, exceptions } = build()
    exceptions.redirect(route, far, address('10.0.0.8'))
    expect(exceptions.find(route, far)).toMatchObject({ gateway: address('10.0.0.8'), pmtu: 0, expires: 300 * SECOND })
    exceptions.updatePmtu(route, far, 1400, 1500)
    expect(exceptions.find(route, far)).toMatchObject({ gateway: address('10.0.0.8'), pmtu: 1400 })
    exceptions.redirect(route, far, address('10.0.0.7'))
    expect(exceptions.list([route])).toEqual([])
    exceptions.use(route, far)
    expect(exceptions.list([route])).toHaveLength(1)
    expect(exceptions.find(route, far)).toMatchObject({ gateway: address('10.0.0.7'), pmtu: 1400 })
    sim.run({ until: 301 * SECOND })
    exceptions.redirect({ ...route }, far, address('10.0.0.7'))
    expect(exceptions.list([route])).toEqual([])
  })
})

describe('as run-time state', () => {
  it('is put back after a transaction', () => {
    const { sim, route, exceptions } = build()
    exceptions.updatePmtu(route, far, 1400, 1500)
    sim.transaction(() => {
      exceptions.updatePmtu(route, far, 1300, 1400)
      exceptions.clear()
      expect(exceptions.isEmpty).toBe(true)
    })
    expect(exceptions.find(route, far)?.pmtu).toBe(1400)
  })

  it('can be set otherwise', () => {
    const { sim, route } = build()
    const exceptions = new PathExceptions(sim, { min_pmtu: 1000, mtu_expires: 1 })
    exceptions.updatePmtu(route, far, 900, 1500)
    expect(exceptions.find(route, far)).toMatchObject({ pmtu: 1000, locked: true, expires: SECOND })
  })
})

describe('the MTU towards a destination', () => {
  const { route, lockedRoute, lockedEmpty, exceptions } = build()
  exceptions.updatePmtu(route, far, 1400, 1500)
  const learned = exceptions.find(route, far)

  it.each([
    ['the device decides', route, undefined, false, false, 1500],
    ['no route, the device decides', null, undefined, false, false, 1500],
    ['what was learned counts for own packets', route, learned, false, false, 1400],
    ['not for others', route, learned, true, false, 1500],
    ['unless that is wished', route, learned, true, true, 1400],
    ['the route decides', lockedRoute, undefined, false, false, 1300],
    ['a locked MTU without a value is small', lockedEmpty, undefined, false, false, 576],
  ] as const)('%s', (_, by, exception, forwarding, useLearned, mtu) => {
    expect(routeMtu(by, exception, 1500, true, forwarding, useLearned)).toBe(mtu)
  })

  it('is never larger than a packet can be', () => {
    expect(routeMtu(null, undefined, 100_000, false, false, false)).toBe(IP_MAX_MTU)
  })
})
