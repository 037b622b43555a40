import { isObject, linesOf, parseJson } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** A table of nftables that iptables did not make, `inet firewalld`, and where it stands, from 0; undefined for JSON. */
export interface TableLine {
  readonly text: string
  readonly line: number | undefined
}

/** What iptables-nft makes (`xtables_ipv4`, iptables/nft.c). */
const IPTABLES: ReadonlySet<string> = new Set(['raw', 'mangle', 'filter', 'nat', 'security'])

/** The tables of `nft list tables` through which IPv4 may go and that are not those of iptables. */
export function readNftTables(print: unknown, context: PrintContext): TableLine[] {
  const found: TableLine[] = []
  const put = (family: string, name: string, line: number | undefined) => {
    const own = family === 'ip' && IPTABLES.has(name)
    if (!own && family !== 'ip6') found.push({ text: `${family} ${name}`, line })
  }
  if (typeof print === 'string' && !/^\s*[{[]/.test(print)) {
    for (const [line, text] of linesOf(print).entries()) {
      const [, family, name] = /^table\s+(\S+)\s+(\S+)/.exec(text) ?? []
      if (family !== undefined && name !== undefined) put(family, name, line)
      else if (text.trim() !== '') context.note(`not understood: ${quoted(text)}`, line)
    }
    return found
  }
  const value = typeof print === 'string' ? parseJson(print, context) : print
  const list = isObject(value) ? value.nftables : undefined
  if (!Array.isArray(list)) return context.fail('an object "nftables" with a list is expected')
  for (const each of list) {
    const table = isObject(each) ? each.table : undefined
    if (!isObject(table)) continue
    const { family, name } = table
    if (typeof family !== 'string' || typeof name !== 'string') context.fail('a table without family and name')
    put(family, name, undefined)
  }
  return found
}
