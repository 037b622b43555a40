import type { RecordedTraversal } from './types.ts'

/**
 * A traversal as a record has it. Trap: the record's form takes the security table to come before nat's INPUT, as its priority has it in the
 * kernel's own tables; iptables-nft registers it later (priority 150). What comes against that order is told as a traversal of its own, a
 * `clone`.
 */
export function inParts(traversal: RecordedTraversal): RecordedTraversal[] {
  const { chains } = traversal
  const at = chains.findIndex(({ table, chain }, i) => {
    const before = chains[i - 1]
    return table === 'security' && chain === 'INPUT' && before?.table === 'nat' && before.chain === 'INPUT'
  })
  if (at < 0) return [traversal]
  return [
    { ...traversal, chains: chains.slice(0, at) },
    { ...traversal, start: 'clone', chains: chains.slice(at) },
  ]
}
