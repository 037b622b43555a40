import fc from 'fast-check'
import { bridgeNode } from './bridge-node.ts'
import { cluster } from './cluster.ts'
import { path } from './path.ts'
import { segment } from './segment.ts'
import { star } from './star.ts'
import type { Topology } from './topology.ts'

export type { Place, Topology } from './topology.ts'

export const topologies: fc.Arbitrary<Topology> = fc.oneof(
  { weight: 3, arbitrary: star },
  { weight: 4, arbitrary: bridgeNode },
  { weight: 4, arbitrary: cluster },
  { weight: 3, arbitrary: path },
  { weight: 2, arbitrary: segment },
)
