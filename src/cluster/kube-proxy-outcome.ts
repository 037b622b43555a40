import type { FlowResult, KubeProxyOutcome, RuleHit, TraceBranch } from '../trace/index.ts'

const WRITER = 'kube-proxy'
const MARK_CHAIN = 'KUBE-MARK-MASQ'
const FORWARD_CHAIN = 'KUBE-FORWARD'

/** The same flow, with what kube-proxy's rules did on one node. */
export function withOutcome(result: FlowResult, node: string): FlowResult {
  let branches: readonly TraceBranch[] | null = null
  return {
    get branches() {
      branches ??= result.branches.map((branch) => ({ ...branch, kubeProxy: kubeProxyOutcome(branch, node) }))
      return branches
    },
    get questions() {
      return result.questions
    },
    incomplete: result.incomplete,
  }
}

/** What the rules of the node's kube-proxy did with a packet on its way there. */
export function kubeProxyOutcome({ translations, hops }: TraceBranch, node: string): KubeProxyOutcome {
  const rules: RuleHit[] = []
  for (const { netns, steps } of hops) {
    if (netns !== node) continue
    for (const step of steps) if (step.kind === 'hook') rules.push(...step.rules)
  }
  const own = rules.filter(({ origin }) => origin?.writer === WRITER)
  const dnat = translations.find(({ kind, netns, origin }) => {
    return kind === 'dnat' && netns === node && origin?.writer === WRITER
  })
  return {
    dnat: dnat?.to ?? null,
    masquerade: own.some(({ chain }) => chain === MARK_CHAIN),
    verdict: own.map(verdictOf).find((verdict) => verdict !== 'none') ?? 'none',
  }
}

function verdictOf({ table, chain, action }: RuleHit): KubeProxyOutcome['verdict'] {
  if (table !== 'filter') return 'none'
  if (action === 'DROP' || action === 'REJECT') return action
  return action === 'ACCEPT' && chain !== FORWARD_CHAIN ? 'ACCEPT' : 'none'
}
