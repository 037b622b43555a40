import { KubehopError, type Where } from '../../packet/errors.ts'

/**
 * How iptables words a failure: `usage` comes from reading the command line (and ends in "Try `iptables -h'…"), `plain` stands behind
 * the program's name, `bare` is the same without the program's name before it; `kernel` is what the nf_tables back end says of a refused transaction, `table` what it says of a table that there is not.
 */
export type IptablesErrorStyle = 'usage' | 'bare' | 'plain' | 'kernel' | 'table'

/** Its exit status (include/xtables.h, `enum xtables_exittype`; nf_tables refusals end with 4). */
const STATUS: { readonly [S in IptablesErrorStyle]: number } = { usage: 2, bare: 2, plain: 1, kernel: 4, table: 3 }

/** Codes of the failures that a program may want to tell apart. */
export type IptablesErrorCode =
  | 'BAD_RULE'
  | 'BAD_RULE_FILE'
  | 'NO_CHAIN'
  | 'NO_RULE'
  | 'NO_SET'
  | 'NO_TABLE'
  | 'NO_TARGET'
  | 'CHAIN_EXISTS'
  | 'CHAIN_IN_USE'
  | 'BAD_CHAIN_NAME'
  | 'BAD_POLICY'
  | 'BAD_POSITION'
  | 'NOT_ALLOWED_HERE'
  | 'LOOP'

/** Something that iptables refuses. `text` is what it prints, without the program's name and version. */
export class IptablesError extends KubehopError {
  readonly text: string
  readonly style: IptablesErrorStyle

  constructor(code: IptablesErrorCode, text: string, style: IptablesErrorStyle = 'usage', where: Where = {}) {
    super(code, text, { where })
    this.text = text
    this.style = style
  }

  /** The exit status of the command. */
  get status(): number {
    return STATUS[this.style]
  }

  /** The same failure with its place in the input. */
  at(where: Where): IptablesError {
    return new IptablesError(this.code as IptablesErrorCode, this.text, this.style, where)
  }
}

/** Refuses what stands in a rule, in iptables' own words. */
export function badRule(text: string): never {
  throw new IptablesError('BAD_RULE', text)
}
