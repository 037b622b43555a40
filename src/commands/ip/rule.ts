import { UnsupportedError } from '../../packet/index.ts'
import { parseRule, printRule, type Rule, ruleJson, UsageError } from '../../route/index.ts'
import { abbreviates } from '../../route/words.ts'
import { type IpContext, printJson } from './ip-context.ts'

/** `ip rule` (iproute2 ip/iprule.c). */
export function rule(args: readonly string[], context: IpContext): number {
  const { netns } = context
  const [word = 'list', ...rest] = args
  if (abbreviates(word, 'list') || abbreviates(word, 'show') || abbreviates(word, 'lst')) return show(rest, context)
  if (abbreviates(word, 'add')) netns.fib.addRule(parseRule(rest, 'add'))
  else if (abbreviates(word, 'delete')) netns.fib.deleteRule(parseRule(rest, 'del'))
  else if (abbreviates(word, 'flush')) flush(rest, context)
  else if (abbreviates(word, 'save') || abbreviates(word, 'restore')) throw new UnsupportedError(`ip rule ${word}`)
  else throw new UsageError(`Command "${word}" is unknown, try "ip rule help".`)
  return 0
}

/** The rules that agree with what is asked for, in the words of `ip rule add`. */
function selected(args: readonly string[], { netns }: IpContext): Rule[] {
  if (args.length === 0) return [...netns.fib.rules]
  const asked = parseRule(args, 'show')
  return netns.fib.rules.filter((each) => {
    for (const [name, value] of Object.entries(asked)) {
      const own = each[name as keyof Rule]
      if (name === 'markMask') continue
      if (JSON.stringify(own) !== JSON.stringify(value)) return false
    }
    return true
  })
}

function show(args: readonly string[], context: IpContext): number {
  const { netns, program, details, json } = context
  const rules = selected(args, context).map(
    (rule) => [rule, { details, unresolved: netns.fib.isUnresolved(rule) }] as const,
  )
  if (json) {
    printJson(
      context,
      rules.map(([rule, options]) => ruleJson(rule, netns, options)),
    )
    return 0
  }
  for (const [rule, options] of rules) program.stdout.write(`${printRule(rule, netns, options)}\n`)
  return 0
}

/** All but the one with priority 0. */
function flush(args: readonly string[], context: IpContext): void {
  for (const each of selected(args, context)) if (each.priority !== 0) context.netns.fib.deleteRule(each)
}
