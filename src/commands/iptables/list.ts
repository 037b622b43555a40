import {
  type AddressTest,
  BASE_CHAINS,
  type Chain,
  type CounterLookup,
  type InterfaceTest,
  type ListRequest,
  type Rule,
  type Table,
  type TableName,
  targetName,
} from '../../netfilter/index.ts'
import { formatAddressTest } from '../../netfilter/text/addresses.ts'
import { formatProtocol } from '../../netfilter/text/protocols.ts'
import { utf8Length } from '../../packet/utf8.ts'
import { addressText } from './address-text.ts'
import { describeMatch, describeTarget } from './describe.ts'

/**
 * `iptables -L`: the chains as columns, in iptables' own words (iptables/xshared.c, nft-shared.c). Base chains that nobody has made are
 * shown as if they were there.
 */
export function listTable(name: TableName, table: Table | null, request: ListRequest, counters: CounterLookup): string {
  const { chain, position } = request
  const chains: Chain[] = []
  for (const base of BASE_CHAINS[name]) {
    chains.push(table?.chains.get(base) ?? { name: base, policy: 'ACCEPT', rules: [] })
  }
  for (const each of table?.chains.values() ?? []) if (each.policy === null) chains.push(each)
  const shown = chains.filter((each) => chain === null || each.name === chain)
  if (position !== null) {
    const rule = shown[0]?.rules[position - 1]
    return rule === undefined ? '' : `${ruleLine(rule, position, counters(shown[0]!.name, position), request)}\n`
  }
  return shown
    .map((each) => {
      const lines = each.rules.map((rule, i) => ruleLine(rule, i + 1, counters(each.name, i + 1), request))
      return [...headLines(each, table, counters(each.name, 0), request), ...lines].map((line) => `${line}\n`).join('')
    })
    .join('\n')
}

interface Counts {
  readonly packets: number
  readonly bytes: number
}

function headLines(chain: Chain, table: Table | null, { packets, bytes }: Counts, request: ListRequest): string[] {
  const { verbose, exact, lineNumbers } = request
  let about = `${references(chain.name, table)} references`
  if (chain.policy !== null) {
    about = `policy ${chain.policy}`
    if (verbose) about += ` ${count(packets, exact, 0)} packets, ${count(bytes, exact, 0)} bytes`
  }
  let columns = lineNumbers ? 'num  ' : ''
  if (verbose) columns += exact ? '    pkts      bytes ' : ' pkts bytes '
  columns += `${'target'.padEnd(9)}  prot opt`
  if (verbose) columns += ` ${'in'.padEnd(6)} ${'out'.padEnd(6)} `
  columns += ` ${'source'.padEnd(19)}  ${'destination'.padEnd(19)} `
  return [`Chain ${chain.name} (${about})`, columns]
}

function references(name: string, table: Table | null): number {
  let found = 0
  for (const { rules } of table?.chains.values() ?? []) {
    for (const { target } of rules) {
      if (
        target !== null &&
        (target.kind === 'jump' || target.kind === 'goto') &&
        (target as { chain?: string }).chain === name
      )
        found++
    }
  }
  return found
}

function ruleLine(rule: Rule, position: number, { packets, bytes }: Counts, request: ListRequest): string {
  const { verbose, exact, numeric, lineNumbers } = request
  const { ip } = rule
  let line = lineNumbers ? `${String(position).padEnd(4)} ` : ''
  if (verbose) line += `${count(packets, exact, exact ? 8 : 5)} ${count(bytes, exact, exact ? 8 : 5)} `
  // NOTRACK is another word for a use of CT
  line += `${(rule.target?.kind === 'NOTRACK' ? 'CT' : targetName(rule)).padEnd(9)} `
  const protocol = ip.protocol?.number ?? 0
  line += `${ip.protocol?.invert === true ? '!' : ' '}${protocolText(protocol, numeric).padEnd(4)} `
  line += `${ip.fragment?.invert === true ? '!' : '-'}${ip.fragment === undefined ? '-' : 'f'} `
  if (verbose) line += ` ${device(ip.in, numeric)} ${device(ip.out, numeric)} `
  line += `${address(ip.src, numeric)}${address(ip.dst, numeric)}`
  if (rule.target?.kind === 'goto') line += '[goto] '
  for (const match of rule.matches) line += ` ${describeMatch(match, numeric, formatProtocol(protocol))}`
  const target = rule.target === null ? '' : describeTarget(rule.target, numeric)
  return target === '' ? line : `${line} ${target}`
}

/** With K, M, G and T where it would be too wide, unless exact (`xtables_print_num`). */
function count(value: number, exact: boolean, width: number): string {
  if (exact || value < 100_000) return String(value).padStart(width)
  let rest = value
  for (const unit of ['K', 'M', 'G']) {
    rest = Math.floor((rest + 500) / 1000)
    if (rest < 10_000) return `${String(rest).padStart(Math.max(0, width - 1))}${unit}`
  }
  return `${String(Math.floor((rest + 500) / 1000)).padStart(Math.max(0, width - 1))}T`
}

function protocolText(number: number, numeric: boolean): string {
  if (numeric) return String(number)
  return number === 0 ? 'all' : formatProtocol(number)
}

/** The width counts octets. */
function device(test: InterfaceTest | undefined, numeric: boolean): string {
  const any = numeric ? '*' : 'any'
  const text = test === undefined ? any : `${test.invert ? '!' : ''}${test.name}`
  return text + ' '.repeat(Math.max(0, 6 - utf8Length(text)))
}

function address(test: AddressTest | undefined, numeric: boolean): string {
  const any = numeric ? '0.0.0.0/0' : 'anywhere'
  const text = test === undefined || test.mask === 0 ? any : addressText(formatAddressTest(test), numeric)
  return `${test?.invert === true ? '!' : ' '}${text.padEnd(19)} `
}
