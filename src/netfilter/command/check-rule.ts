import type { ExtensionDefinition } from '../definition.ts'
import { MATCHES } from '../match/index.ts'
import { BASE_CHAINS, type Rule, type TableName } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import { IptablesError } from '../text/errors.ts'

/** Refuses a rule that the kernel would refuse in this chain of this table (`xt_check_match`, `xt_check_target`). */
export function checkRule(table: TableName, chain: string, rule: Rule, operation = 'RULE_APPEND'): void {
  if (BASE_CHAINS[table].includes(chain)) checkInterfaces(chain, rule)
  const { src, dst } = rule.ip
  // `! -s 0.0.0.0/0` cannot be said in nf_tables
  let valid = !(src?.invert === true && src.mask === 0) && !(dst?.invert === true && dst.mask === 0)
  for (const match of rule.matches) {
    const definition = MATCHES.get(match.kind)
    if (definition === undefined) continue
    if (!allowed(definition, table, chain) || definition.check?.(match, rule, chain) === false) valid = false
  }
  if (rule.target !== null) {
    const definition = TARGETS.get(rule.target.kind)
    if (definition !== undefined) {
      if (!allowed(definition, table, chain) || definition.check?.(rule.target, rule, chain) === false) valid = false
    }
  }
  if (!valid) throw notAllowed('Invalid argument', chain, operation)
}

/** What the kernel says of a rule. */
export function notAllowed(why: string, chain: string, operation = 'RULE_APPEND'): IptablesError {
  const code = why === 'Too many links' ? 'LOOP' : 'NOT_ALLOWED_HERE'
  return new IptablesError(code, ` ${operation} failed (${why}): rule in chain ${chain}`, 'kernel')
}

/** May the extension stand in this table, and in this chain if it is a base chain? User chains are judged by who jumps there. */
export function allowed(definition: ExtensionDefinition, table: TableName, chain: string): boolean {
  if (definition.tables !== undefined && !definition.tables.includes(table)) return false
  return definition.hooks === undefined || !BASE_CHAINS[table].includes(chain) || definition.hooks.includes(chain)
}

/** There is no input device on the way out and no output device on the way in. */
function checkInterfaces(chain: string, rule: Rule): void {
  const refused =
    rule.ip.in !== undefined && (chain === 'OUTPUT' || chain === 'POSTROUTING')
      ? 'i'
      : rule.ip.out !== undefined && (chain === 'INPUT' || chain === 'PREROUTING')
        ? 'o'
        : null
  if (refused !== null) throw new IptablesError('NOT_ALLOWED_HERE', `Can't use -${refused} with ${chain}\n`)
}
