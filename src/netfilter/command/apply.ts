import type { Rule, Table } from '../rule.ts'
import { badRule, IptablesError } from '../text/errors.ts'
import { checkReferences, checkTable } from './check.ts'
import { checkRule } from './check-rule.ts'
import type { Command } from './command.ts'
import { TableEditor } from './table-editor.ts'

/** Runs one command on a table under edit. @throws IptablesError in iptables' own words; the edit is then worthless */
export function applyCommand(editor: TableEditor, command: Command): void {
  switch (command.kind) {
    case 'append':
      for (const rule of command.rules) checkNew(editor, command.chain, rule, 'RULE_APPEND')
      editor.append(command.chain, command.rules)
      break
    case 'insert':
      for (const rule of command.rules) checkReferences(editor, rule)
      editor.checkInsertion(command.chain, command.position)
      for (const rule of command.rules) checkNew(editor, command.chain, rule, 'RULE_INSERT')
      editor.insert(command.chain, command.position, command.rules)
      break
    case 'replace':
      checkReferences(editor, command.rule)
      editor.checkPosition(command.chain, command.position)
      checkNew(editor, command.chain, command.rule, 'RULE_REPLACE')
      editor.replace(command.chain, command.position, command.rule)
      break
    case 'delete':
      for (const rule of command.rules) checkReferences(editor, rule)
      for (const rule of command.rules) editor.deleteRule(command.chain, rule)
      break
    case 'delete-at':
      editor.deleteAt(command.chain, command.position)
      break
    case 'check':
      for (const rule of command.rules) {
        checkReferences(editor, rule)
        if (editor.positionOf(command.chain, rule) === 0) {
          throw new IptablesError('NO_RULE', 'Bad rule (does a matching rule exist in that chain?).', 'plain')
        }
      }
      break
    case 'flush':
      editor.flush(command.chain)
      break
    case 'zero':
      zero(editor, command.chain, command.position)
      break
    case 'new-chain':
      editor.newChain(command.chain)
      break
    case 'delete-chain':
      editor.deleteChain(command.chain)
      break
    case 'rename-chain':
      editor.renameChain(command.chain, command.to)
      break
    case 'policy':
      editor.setPolicy(command.chain, command.policy)
      break
  }
}

/** The table after one command: a transaction of its own, checked as the kernel checks it. */
export function applyToTable(name: Table['name'], before: Table | null, command: Command): Table {
  const editor = new TableEditor(name, before)
  applyCommand(editor, command)
  const table = editor.toTable()
  if (table !== before) checkTable(table, command)
  return table
}

function checkNew(editor: TableEditor, chain: string, rule: Rule, operation: string): void {
  checkReferences(editor, rule)
  if (editor.name === 'nat' && rule.target?.kind === 'DROP') {
    badRule('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n')
  }
  // replacing makes no chain
  if (operation !== 'RULE_REPLACE') editor.require(chain)
  checkRule(editor.name, chain, rule, operation)
}

/** The counters themselves are run-time state; here is only seen whether what is to be zeroed exists. */
function zero(editor: TableEditor, chain: string | undefined, position: number | undefined): void {
  if (chain === undefined || editor.has(chain)) return
  // Trap: where the chain is there, nobody minds that the rule is not (iptables/nft.c, `nft_rule_zero_counters`)
  throw position === undefined
    ? new IptablesError('NO_CHAIN', 'No chain/target/match by that name.', 'plain')
    : new IptablesError('BAD_POSITION', 'Bad rule (does a matching rule exist in that chain?).', 'plain')
}
