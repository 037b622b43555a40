import type { FindingDefinition } from '../definition.ts'
import { type Proof, placeOf } from '../finding.ts'
import type { RuleSet } from '../rules.ts'

/** What is dropped now, and not only once upon a time: two snapshots of one host tell. */

/** So many rules are shown of a node. */
const SHOWN = 5

export const dropsGrowing: FindingDefinition = {
  code: 'drops-growing',
  severity: 'warning',
  title: 'Rules are dropping packets',
  explanation:
    'A counter alone says that packets were dropped at some time since the rule was written. Between two snapshots these have grown: whatever does not arrive now may have ended there.',
  recognised:
    'Two snapshots of one host were given (the same name, and a device with the same MAC address); in the later one a rule that drops or rejects, or a policy DROP, has counted more packets than in the earlier one.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const view of ask.world.views) {
      const before = ask.world.earlier.find(
        ({ evidence }) =>
          evidence.host === view.evidence.host &&
          evidence.id === view.evidence.id &&
          evidence.name === view.evidence.name,
      )
      if (before === undefined) continue
      for (const rules of view.rules ?? []) {
        const old = before.rules?.find(({ evidence }) => evidence.backend === rules.evidence.backend)
        if (old === undefined) continue
        const counted = new Map(refusing(old).map(({ key, packets }) => [key, packets]))
        const grown = refusing(rules)
          .map((one) => ({ ...one, by: one.packets - (counted.get(one.key) ?? one.packets) }))
          .filter(({ by }) => by > 0)
          .sort((a, b) => b.by - a.by)
        const [most] = grown
        if (most === undefined) continue
        const sum = grown.reduce((total, { by }) => total + by, 0)
        yield {
          title: `${view.name} has dropped ${sum} packets between the two snapshots, most of them (${most.by}) by ${most.proof.text}.`,
          where: placeOf(view.evidence),
          evidence: grown
            .slice(0, SHOWN)
            .map(({ by, proof }) => ({ text: `+${by} packets: ${proof.text}`, source: proof.source })),
          fix: [
            {
              text: 'See whether it ought to drop them: who sends them? A LOG rule before it tells (iptables -I CHAIN … -m limit --limit 5/s -j LOG), or a trace of the flow that fails.',
            },
          ],
        }
      }
    }
  },
}

interface Refusing {
  /** The rule, whatever its position. */
  readonly key: string
  readonly packets: number
  readonly proof: Proof
}

/** Every rule that drops or rejects, and every policy that does. */
function refusing(rules: RuleSet): readonly Refusing[] {
  const found: Refusing[] = []
  const times = new Map<string, number>()
  for (const table of rules.tables.values()) {
    for (const [name, chain] of table.chains) {
      if (chain.policy === 'DROP') {
        const packets = rules.packets({ table: table.name, chain: name, position: 0 })
        found.push({ key: `${table.name} ${name}`, packets, proof: rules.chainProof(table.name, name) })
      }
      for (const at of rules.rulesOf(table.name, name)) {
        const kind = at.rule.target?.kind
        if (kind !== 'DROP' && kind !== 'REJECT') continue
        const proof = rules.proof(at)
        const text = `${table.name} ${proof.text}`
        const time = (times.get(text) ?? 0) + 1
        times.set(text, time)
        found.push({ key: `${text} ${time}`, packets: rules.packets(at), proof })
      }
    }
  }
  return found
}
