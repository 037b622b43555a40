import type { Hop, Journey, Step, TraceBranch, TraceData } from '../../src/trace/model.ts'

/** Steps with which a packet comes to a place, or begins. */
const BEGINNINGS = new Set(['received', 'routed', 'encapsulated', 'sent'])
/** Steps behind which a packet is no more. */
const ENDINGS = new Set(['delivered', 'dropped', 'left', 'depends', 'unfinished'])

/**
 * What every trace must keep, whatever it tells. Throws an error that names the journey and the hop.
 *
 *     trace   = branch | branch+ (their probabilities add up to 1, for each set of conditions)
 *     branch  = request [reply] more*
 *     journey = hop+ ; its story comes to an end, and the disposition says which
 *     hop     = beginning step*
 */
export function assertTraceGrammar(trace: TraceData, scope: Scope = 'network'): void {
  const branches = trace.branches ?? [trace]
  const sum = branches.reduce((total, { probability }) => total + probability, 0)
  // what is supposed has no probability: they add up to 1 for each set of answers
  const supposed = branches.some(({ conditions }) => conditions !== undefined)
  check(supposed || Math.abs(sum - 1) < 1e-9, 'trace', `the probabilities add up to ${sum}`)
  for (const branch of branches) assertBranch(branch, scope)
}

/** What a trace tells of: all hosts, or one alone, whose packets come from beyond it and leave for there. */
type Scope = 'network' | 'one host'

function assertBranch(branch: TraceBranch, scope: Scope): void {
  if (branch.hops.length === 0) {
    check(branch.error !== undefined, 'request', 'nothing was sent, and no errno tells why')
    check(branch.reply === null, 'request', 'an answer to nothing')
    return
  }
  assertJourney('request', branch, branch.disposition, scope)
  if (branch.reply !== null) assertJourney('reply', branch.reply, branch.reply.disposition, scope)
  branch.more?.forEach((journey, index) => {
    assertJourney(`packet ${index + 3}`, journey, journey.disposition, scope)
  })
  if (branch.disposition === 'delivered') {
    const back = branch.reply?.disposition
    const answered = back === 'delivered' || (scope === 'one host' && (back === 'left' || back === undefined))
    check(answered, 'request', 'delivered, but not answered')
    check(branch.seenBy !== undefined, 'request', 'delivered, but nobody has seen it')
  }
}

function assertJourney(
  name: string,
  { hops, translations }: Journey,
  disposition: Journey['disposition'],
  scope: Scope,
): void {
  hops.forEach((hop, index) => {
    assertHop(`${name}, hop ${index + 1} (${hop.netns} ${hop.device})`, hop, hops[index - 1])
  })
  check(scope === 'one host' || hops[0]?.steps[0]?.kind !== 'received', name, 'begins with something received')
  const steps = hops.flatMap((hop) => hop.steps)
  const translated = steps.flatMap((step) =>
    step.kind === 'translated' && step.quoted !== true ? [step.translation] : [],
  )
  check(JSON.stringify(translated) === JSON.stringify(translations), name, 'translations and steps differ')
  const endings = steps.filter((step) => ENDINGS.has(step.kind))
  check(endings.length > 0, name, 'has no end')
  check(
    endings.some((step) => means(step, disposition, scope)),
    name,
    `${disposition} does not end in ${endings.map(({ kind }) => kind)}`,
  )
}

/** Can a journey with this disposition have ended so? */
function means(step: Step, disposition: Journey['disposition'], scope: Scope): boolean {
  switch (disposition) {
    case 'delivered':
    case 'unanswered':
      return step.kind === 'delivered' || (scope === 'one host' && step.kind === 'left')
    case 'left':
      return step.kind === 'left'
    case 'depends':
      // an answer may be what depends: then the request itself was delivered
      return step.kind === 'depends' || step.kind === 'delivered' || (scope === 'one host' && step.kind === 'left')
    case 'rejected':
      return (
        step.kind === 'dropped' &&
        (step.reason === 'NO_SOCKET' || step.reason === 'IP_NOPROTO' || step.rule?.action === 'REJECT')
      )
    case 'dropped':
      // an answer that somebody else got is lost, too
      return step.kind === 'dropped' || step.kind === 'unfinished' || step.kind === 'delivered'
  }
}

function assertHop(where: string, hop: Hop, before: Hop | undefined): void {
  const [first] = hop.steps
  check(first !== undefined, where, 'is empty')
  check(BEGINNINGS.has(first!.kind), where, `begins with ${first!.kind}`)
  check(hop.at >= (before?.at ?? 0), where, 'is earlier than the one before')
  check(hop.device !== '', where, 'has no device')
  for (const step of hop.steps) if (step.kind === 'hook') assertRules(where, step)
}

function assertRules(where: string, { rules, nearMisses = [] }: Extract<Step, { kind: 'hook' }>): void {
  check(rules.length > 0, where, 'a hook without rules')
  rules.forEach((rule, index) => {
    const before = rules[index - 1]
    const sameTable = before !== undefined && before.table === rule.table
    const deepest = sameTable ? before.depth + 1 : 0
    check(rule.depth <= deepest, where, `${rule.chain} #${rule.position} is deeper than a jump leads`)
    const jumped = sameTable && rule.depth > before.depth
    check(!jumped || before.action.endsWith(` ${rule.chain}`), where, `nobody jumped to ${rule.chain}`)
  })
  for (const { before } of nearMisses) check(before < rules.length, where, 'a near miss behind the end')
}

function check(holds: boolean, where: string, what: string): asserts holds {
  if (!holds) throw new Error(`${where}: ${what}`)
}
