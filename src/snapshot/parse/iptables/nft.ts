import { BASE_CHAINS, TABLE_NAMES, type TableName } from '../../../netfilter/index.ts'
import { KubehopError } from '../../../packet/index.ts'
import type { Line, Source } from '../../evidence.ts'
import { readNftRule } from './nft-rule.ts'
import { type ChainText, chainIn, type RulesetText, type TableText } from './ruleset.ts'
import { placeOf, shortened } from './save.ts'

/** What nft printed. */
export interface NftText {
  readonly tables: RulesetText
  /** Tables and base chains that iptables-nft does not make. */
  readonly foreign: readonly Line[]
}

/** The hook of each base chain, and its priority as nft writes it (`xtables_ipv4`, iptables/nft.c; security stands at 150 there). */
const PRIORITIES: { readonly [table in Exclude<TableName, 'nat'>]: readonly string[] } = {
  raw: ['raw', '-300'],
  mangle: ['mangle', '-150'],
  filter: ['filter', '0'],
  security: ['security', '50', '150'],
}

/**
 * What `nft list ruleset` prints where iptables-nft made the rules. Tables of IPv6 do not matter.
 *
 * @param first the line of the file that the text begins with
 * @throws KubehopError for what nft does not print
 */
export function readNft(text: string, source: Source, first: number): NftText {
  return new NftReader(text, source, first).read()
}

class NftReader {
  readonly #lines: readonly string[]
  readonly #source: Source
  readonly #first: number
  readonly #tables: RulesetText = new Map()
  readonly #foreign: Line[] = []
  #next = 0

  constructor(text: string, source: Source, first: number) {
    this.#lines = text.split('\n').map((line) => line.trim())
    this.#source = source
    this.#first = first
  }

  read(): NftText {
    while (this.#next < this.#lines.length) {
      const line = this.#lines[this.#next++]!
      if (line === '' || line.startsWith('#')) continue
      const [word, family = '', name = '', brace] = line.split(' ')
      if (word !== 'table' || !brace?.startsWith('{')) this.#fail(`no table: ${shortened(line)}`)
      if (line.endsWith('}')) continue
      const own = family === 'ip' ? TABLE_NAMES.find((known) => known === name) : undefined
      if (own !== undefined) this.#table(own)
      else {
        if (family !== 'ip6') this.#isForeign(`${family} ${name}`)
        this.#skip()
      }
    }
    return { tables: this.#tables, foreign: this.#foreign }
  }

  #fail(message: string): never {
    throw new KubehopError('BAD_RULE_FILE', message, {
      where: placeOf(this.#source, this.#first + this.#next - 1),
      hint: 'it is not what nft prints; was it cut, or a long line wrapped?',
    })
  }

  #isForeign(text: string, line: number = this.#first + this.#next - 1): void {
    this.#foreign.push({ text, source: { ...this.#source, line } })
  }

  /** The next line within braces; null: their end. */
  #inside(): string | null {
    while (this.#next < this.#lines.length) {
      const line = this.#lines[this.#next++]!
      if (line === '') continue
      return line === '}' ? null : line
    }
    return this.#fail('} expected: the text was cut off')
  }

  /** Passes over all up to the end of the braces that are open. */
  #skip(): void {
    for (let depth = 1; depth > 0; ) {
      const line = this.#inside()
      depth += line === null ? -1 : braces(line)
    }
  }

  #table(name: TableName): void {
    if (this.#tables.has(name)) this.#fail(`table ip ${name} stands there twice`)
    const table: TableText = new Map()
    this.#tables.set(name, table)
    for (let line = this.#inside(); line !== null; line = this.#inside()) {
      const [word, chain = ''] = line.split(' ')
      if (word === 'chain' && braces(line) > 0) this.#chain(name, table, chain)
      else if (word === 'flags' && line.includes('dormant')) {
        // no packet goes there
        this.#tables.delete(name)
      } else if (braces(line) > 0) this.#skip()
      // sets of one line, comments, handles
    }
  }

  #chain(name: TableName, table: TableText, chainName: string): void {
    if (table.has(chainName)) this.#fail(`chain ${chainName} stands there twice`)
    const chain: ChainText = chainIn(table, chainName, this.#source, this.#first + this.#next - 1)
    let isForeign = false
    let isBase = false
    for (let line = this.#inside(); line !== null; line = this.#inside()) {
      if (line.startsWith('type ') && line.includes(' hook ')) {
        isBase = true
        isForeign = !readBase(name, chain, line)
      } else if (!isForeign && (line[0] !== '#' || line.startsWith('# xt_')) && !line.startsWith('comment ')) {
        const at = this.#first + this.#next - 1
        chain.rules.push({ text: readNftRule(chainName, this.#whole(line)), line: at, source: this.#source })
      }
    }
    if (isForeign || isBase !== BASE_CHAINS[name].includes(chainName)) {
      table.delete(chainName)
      this.#isForeign(`ip ${name} ${chainName}`, chain.line)
    }
  }

  /** A rule whose braces end on a later line. */
  #whole(start: string): string {
    let line = start
    for (let depth = braces(line); depth > 0; ) {
      const more = this.#lines[this.#next++]
      if (more === undefined) this.#fail('} expected: the text was cut off')
      line += ` ${more}`
      depth += braces(more)
    }
    return line
  }
}

/** How many braces a line opens more than it closes; those in quotes do not count. */
function braces(line: string): number {
  let depth = 0
  let quoted = false
  for (const char of line) {
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '{') depth++
    else if (char === '}') depth--
  }
  return depth
}

/** `type nat hook prerouting priority dstnat; policy accept;`: false when iptables-nft does not make it so. */
function readBase(table: TableName, chain: ChainText, line: string): boolean {
  const words = line.replaceAll(';', ' ;').split(' ')
  const after = (word: string): string => words[words.indexOf(word) + 1] ?? ''
  const type = after('type')
  const policy = after('policy')
  chain.policy = policy === 'drop' ? 'DROP' : 'ACCEPT'
  const expected = table === 'nat' ? 'nat' : table === 'mangle' && chain.name === 'OUTPUT' ? 'route' : 'filter'
  const priority = line.slice(line.indexOf(' priority ') + ' priority '.length, line.indexOf(';')).trim()
  return (
    type === expected &&
    after('hook') === chain.name.toLowerCase() &&
    BASE_CHAINS[table].includes(chain.name) &&
    !words.includes('device') &&
    allowed(table, chain.name).includes(priority)
  )
}

function allowed(table: TableName, chain: string): readonly string[] {
  if (table !== 'nat') return PRIORITIES[table]
  return chain === 'INPUT' || chain === 'POSTROUTING' ? ['srcnat', '100'] : ['dstnat', '-100']
}
