import { describe, expect, it } from 'vitest'
import { VxlanFdb, type VxlanRemote } from '../../src/overlay/vxlan-fdb.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { MAC_ZERO, type Mac } from '../../src/packet/mac.ts'
import { Simulation } from '../../src/sim/simulation.ts'

const A = 0x02000000000a as Mac
const [R1, R2, R3] = ['192.168.0.1', '192.168.0.2', '192.168.0.3'].map(parseIpv4) as [never, never, never]
const remote = (address: never) => ({ address, port: 0, vni: 0 })

function database() {
  const sim = new Simulation()
  return { sim, fdb: new VxlanFdb(sim) }
}

describe('entries that somebody wrote', () => {
  it('are added to, replaced, and deleted one remote at a time or all at once', () => {
    const { fdb } = database()
    fdb.set(MAC_ZERO, remote(R1), 'append')
    fdb.set(MAC_ZERO, remote(R2), 'append')
    fdb.set(MAC_ZERO, remote(R3), 'append')
    const isSecond = ({ address }: VxlanRemote): boolean => address === R2
    expect(fdb.delete(MAC_ZERO, isSecond)).toBe(true)
    // it is there no more, and nobody complains
    expect(fdb.delete(MAC_ZERO, isSecond)).toBe(true)
    expect(fdb.find(A)).toEqual([remote(R1), remote(R3)])
    fdb.set(MAC_ZERO, remote(R2), 'replace')
    expect(fdb.find(A)).toEqual([remote(R2)])
    expect(fdb.delete(MAC_ZERO)).toBe(true)
    expect(fdb.find(A)).toEqual([])
  })

  it('are not unlearned by what is heard', () => {
    const { fdb } = database()
    fdb.set(A, remote(R1), 'replace')
    fdb.learn(A, R2)
    expect(fdb.find(A)).toEqual([remote(R1)])
    expect([...fdb.learned()]).toEqual([])
  })
})

describe('entries that were learned', () => {
  it('lead there for 300 seconds after the last frame', () => {
    const { sim, fdb } = database()
    fdb.learn(A, R1)
    expect(fdb.find(A)).toEqual([remote(R1)])
    sim.schedule(299_000_000_000, () => fdb.learn(A, R2), undefined)
    sim.run()
    expect([...fdb.learned()]).toEqual([[A, remote(R2)]])
    sim.run({ until: sim.now + 299_000_000_000 })
    expect(fdb.find(A)).toEqual([remote(R2)])
    sim.run({ until: sim.now + 1_000_000_000 })
    expect(fdb.find(A)).toEqual([])
    expect([...fdb.learned()]).toEqual([])
  })

  it('can be deleted', () => {
    const { fdb } = database()
    fdb.learn(A, R1)
    expect(fdb.delete(A)).toBe(true)
    expect(fdb.delete(A)).toBe(false)
  })
})
