import type { Simulation } from '../sim/simulation.ts'

/** The flow hash that a socket draws for what it sends (`net_tx_rndhash`, include/net/sock.h): never 0. */
export function drawTxHash(sim: Simulation): number {
  return sim.random('tx-hash').below(0x7ffffff) * 16 + 1
}
