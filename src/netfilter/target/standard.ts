import { RETURN, type TargetDefinition } from '../definition.ts'
import { Verdict } from '../hook.ts'
import type { Target } from '../rule.ts'

/** `-j ACCEPT`, `-j DROP`, `-j RETURN`: no extensions, but words of the rule language itself. The evaluator knows them. */
export interface StandardTarget extends Target {
  readonly kind: 'ACCEPT' | 'DROP' | 'RETURN'
}

function standard(kind: StandardTarget['kind'], result: typeof Verdict.ACCEPT | typeof Verdict.DROP | typeof RETURN) {
  const definition: TargetDefinition<StandardTarget> = {
    kind,
    options: [],
    parse: () => ({ kind }),
    print: () => '',
    compile: () => () => result,
  }
  return definition
}

export const ACCEPT = standard('ACCEPT', Verdict.ACCEPT)
export const DROP = standard('DROP', Verdict.DROP)
export const RETURN_TARGET = standard('RETURN', RETURN)
