import fc from 'fast-check'
import type { Place, Topology } from './topologies/index.ts'

/*
 * A part of a lab does not know the topology that it will stand in, so it says `@h3` and means: the fourth address, counted round.
 *
 * @h address of any namespace   @e address of an end   @v address that nobody has   @n network
 * @d device of the namespace at hand   @g its next hop   @o its own address
 */
const KINDS = 'hevndg'
const VIRTUAL = ['10.96.0.10', '10.96.0.20']

const reference = (kind: string) => fc.nat(7).map((n) => `@${kind}${n}`)
export const anyAddress = reference('h')
export const endAddress = reference('e')
export const network = reference('n')
export const device = reference('d')
export const gateway = reference('g')

/** Fills in what the references of a text mean in a namespace of the topology. */
export function resolve(text: string, topology: Topology, place: Place): string {
  const ends = topology.hosts.map(({ address }) => address)
  const all = [...ends, ...topology.routers.map(({ address }) => address)]
  const lists: Readonly<Record<string, readonly string[]>> = {
    h: all,
    e: ends,
    v: VIRTUAL,
    n: topology.networks,
    d: place.devices,
    g: place.gateways,
  }
  return text
    .replaceAll('@o', place.address)
    .replaceAll(new RegExp(`@([${KINDS}])(\\d)`, 'g'), (_, kind: string, n: string) => {
      const list = lists[kind]!
      return list[Number(n) % list.length]!
    })
}
