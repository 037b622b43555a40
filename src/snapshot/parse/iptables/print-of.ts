import { parseCommand, TABLE_NAMES, type TableName } from '../../../netfilter/index.ts'
import { KubehopError } from '../../../packet/index.ts'
import type { IptablesEvidence } from '../../evidence.ts'

/** What a command prints of iptables' rules. */
export type IptablesPrint =
  | { readonly form: 'save'; readonly backend: IptablesEvidence['backend']; readonly table: TableName | null }
  | {
      /** `rules`: -S, `list`: -L */
      readonly form: 'rules' | 'list'
      readonly backend: IptablesEvidence['backend']
      readonly table: TableName
      /** Null: all of the table. */
      readonly chain: string | null
      /** One rule of the chain alone. */
      readonly position: number | null
      readonly numeric: boolean
      readonly verbose: boolean
    }
  | {
      readonly form: 'nft'
      /** `list table ip nat` names it, `list ruleset` does not. */
      readonly table: string | null
      readonly chain: string | null
    }

const SAVES: { readonly [program: string]: IptablesEvidence['backend'] } = {
  'iptables-save': 'unknown',
  'iptables-nft-save': 'nft',
  'iptables-legacy-save': 'legacy',
}
const PROGRAMS: { readonly [program: string]: IptablesEvidence['backend'] } = {
  iptables: 'unknown',
  'iptables-nft': 'nft',
  'iptables-legacy': 'legacy',
}
const MULTI: ReadonlySet<string> = new Set(['xtables-nft-multi', 'xtables-legacy-multi', 'xtables-multi'])

/**
 * What the command prints, or null when it prints no rules of iptables.
 *
 * @param words as typed: `iptables`, `-t`, `nat`, `-S`
 * @throws KubehopError when the program would refuse the words
 */
export function printOf(words: readonly string[]): IptablesPrint | null {
  let [first = '', ...rest] = words
  let program = first.slice(first.lastIndexOf('/') + 1)
  if (MULTI.has(program)) [program = '', ...rest] = rest
  if (program === 'nft') return nftPrint(rest)
  if (Object.hasOwn(SAVES, program)) return { form: 'save', backend: SAVES[program]!, table: saveTable(rest) }
  if (!Object.hasOwn(PROGRAMS, program)) return null
  const { table, list } = parseCommand(rest)
  if (list === null) return null
  const { style, chain, position, numeric, verbose } = list
  const form = style === 'rules' ? 'rules' : 'list'
  return { form, backend: PROGRAMS[program]!, table, chain, position, numeric, verbose }
}

/** The table behind `-t`. */
function saveTable(words: readonly string[]): TableName | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    let name: string | undefined
    if (word === '-t' || word === '--table' || word === '-ct') name = words[i + 1] ?? ''
    else if (word.startsWith('--table=')) name = word.slice('--table='.length)
    else if (word.startsWith('-t')) name = word.slice(2)
    if (name === undefined) continue
    const table = TABLE_NAMES.find((known) => known === name)
    if (table === undefined) throw new KubehopError('NO_TABLE', `iptables has no table '${name}'`)
    return table
  }
  return null
}

const FAMILIES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'])

/** `nft [-a] list ruleset [ip]`, `nft list table [ip] nat`, `nft list chain [ip] nat X` */
function nftPrint(words: readonly string[]): IptablesPrint | null {
  const [verb, what, ...names] = words.filter((word) => !word.startsWith('-'))
  if (verb !== 'list') return null
  const family = names.length > 0 && FAMILIES.has(names[0]!) ? names.shift()! : 'ip'
  if (what === 'ruleset') return { form: 'nft', table: null, chain: null }
  if (what === 'table' && names.length === 1) return { form: 'nft', table: `${family} ${names[0]}`, chain: null }
  if (what === 'chain' && names.length === 2) return { form: 'nft', table: `${family} ${names[0]}`, chain: names[1]! }
  return null
}
