import { BASE_CHAINS, type TableName } from '../../../netfilter/index.ts'
import { KubehopError } from '../../../packet/index.ts'
import type { Source } from '../../evidence.ts'
import { addUntoldBases, addUntoldChains, chainIn, type TableText } from './ruleset.ts'
import { placeOf, shortened } from './save.ts'

/**
 * What `iptables -S` prints of a table, or of one chain of it.
 *
 * @param chain null: all of them
 * @param first the line of the file that the text begins with
 * @throws KubehopError for a line that it does not print
 */
export function readRules(
  name: TableName,
  chain: string | null,
  text: string,
  source: Source,
  first: number,
): TableText {
  const table: TableText = new Map()
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trimEnd()
    const at = first + i
    if (line === '' || line[0] === '#') continue
    const fail = (message: string, hint: string): never => {
      throw new KubehopError('BAD_RULE_FILE', message, { where: placeOf(source, at), hint })
    }
    const [command = '', chainName = '', third = '', fourth, packets, bytes] = line.split(' ', 6)
    const isBase = BASE_CHAINS[name].includes(chainName)
    if ((command === '-P' && isBase && third !== '') || (command === '-N' && !isBase && chainName !== '')) {
      if (table.has(chainName)) fail(`chain ${chainName} stands there twice`, 'give the print of one table alone')
      const made = chainIn(table, chainName, source, at)
      if (command === '-N') continue
      made.policy = third
      if (fourth === '-c') made.counters = `[${packets}:${bytes}]`
    } else if (command === '-P') {
      fail(`table ${name} has no base chain ${chainName}`, 'the print is that of another table: type -t')
    } else if (command === '-A' && chainName !== '') {
      const made = table.get(chainName)
      if (made === undefined)
        fail(`nothing before says that there is a chain ${chainName}`, 'give all that `iptables -S` prints')
      else made.rules.push({ text: counted(line), line: at, source })
    } else fail(`no line of iptables -S: ${shortened(line)}`, 'a long line that was wrapped cannot be read')
  }
  if (chain !== null) addUntoldChains(table, source)
  addUntoldBases(name, table, source)
  return table
}

const QUOTE = 34
const BACKSLASH = 92

/** With the counters of `-v`, which stand between what is asked and what is done, in front as iptables-save writes them. */
function counted(line: string): string {
  if (!line.includes(' -c ')) return line
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === BACKSLASH && quoted) i++
    else if (code === QUOTE) quoted = !quoted
    else if (!quoted && line.startsWith(' -c ', i)) {
      const [packets = '', bytes = ''] = line.slice(i + 4, i + 60).split(' ', 2)
      if (!DIGITS.test(packets) || !DIGITS.test(bytes)) return line
      return `[${packets}:${bytes}] ${line.slice(0, i)}${line.slice(i + 5 + packets.length + bytes.length)}`
    }
  }
  return line
}

const DIGITS = /^\d+$/
