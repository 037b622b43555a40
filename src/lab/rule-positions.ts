import { TRACE_TABLE } from './recorder-program.ts'

/** What a rule handle stands for. */
export interface RulePosition {
  /** Counted from 1. */
  readonly position: number | string
  /** What follows `-j` or `-g`; empty for a rule without a target, `?` where the two lists of rules do not agree. */
  readonly target: string
}

interface NftRule {
  readonly table: string
  readonly chain: string
  readonly handle: number
}

/**
 * Maps nf_tables' rule handles to the positions and targets that iptables shows. Handles are never used twice, so what an earlier
 * listing said of a rule that is gone stays valid.
 */
export class RulePositions {
  readonly #byHandle = new Map<string, RulePosition>()
  #chainsWithRules = new Set<string>()

  /**
   * Takes in the present rules.
   * @param ruleset what `nft -j -a list ruleset` prints
   * @param save what `iptables-save` prints
   */
  update(ruleset: string, save: string): void {
    const targets = targetsOf(save)
    const handles = new Map<string, number[]>()
    for (const { rule } of readRuleset(ruleset)) {
      if (rule === undefined || rule.table === TRACE_TABLE) continue
      const chain = `${rule.table} ${rule.chain}`
      handles.set(chain, [...(handles.get(chain) ?? []), rule.handle])
    }
    for (const [chain, list] of handles) {
      const names = targets.get(chain) ?? []
      list.forEach((handle, i) => {
        const target = names.length === list.length ? names[i]! : '?'
        this.#byHandle.set(`${chain} ${handle}`, { position: i + 1, target })
      })
    }
    this.#chainsWithRules = new Set(handles.keys())
  }

  find(table: string, chain: string, handle: bigint): RulePosition {
    return this.#byHandle.get(`${table} ${chain} ${handle}`) ?? { position: `handle${handle}`, target: '?' }
  }

  hasRules(table: string, chain: string): boolean {
    return this.#chainsWithRules.has(`${table} ${chain}`)
  }
}

function readRuleset(text: string): { rule?: NftRule }[] {
  if (text === '') return []
  return (JSON.parse(text) as { nftables: { rule?: NftRule }[] }).nftables
}

/** The targets of each chain's rules in order, by `table chain`. */
function targetsOf(save: string): Map<string, string[]> {
  const targets = new Map<string, string[]>()
  let table = ''
  for (const line of save.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    if (!line.startsWith('-A ')) continue
    // A comment may hold anything, a " -j " too.
    const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '""')
    const chain = `${table} ${bare.split(' ')[1]}`
    const target = / -[jg] (\S+)/.exec(bare)?.[1] ?? ''
    targets.set(chain, [...(targets.get(chain) ?? []), target])
  }
  return targets
}
