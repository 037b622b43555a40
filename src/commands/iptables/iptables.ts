import {
  BASE_CHAINS,
  IptablesError,
  type ListRequest,
  listRules,
  parseCommand,
  type TableName,
} from '../../netfilter/index.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import type { Program } from '../process/program.ts'
import { explain, VERSION } from './explain.ts'
import { listTable } from './list.ts'

/** iptables(8) 1.8.9 with the nf_tables back end. */
export const iptables: Program = (args, { netns, stdout, stderr }) => {
  if (args[0] === '-V' || args[0] === '--version') {
    stdout.write(`iptables ${VERSION}\n`)
    return 0
  }
  if (args.includes('-h') || args.includes('--help')) throw new UnsupportedError('iptables --help')
  try {
    const { table, command, list, otherFamily } = parseCommand(args)
    if (otherFamily) return 0
    if (command !== null) netns.netfilter.apply(table, command)
    else if (list !== null) stdout.write(show(netns, table, list))
    return 0
  } catch (error) {
    return explain(error, 'iptables', stderr)
  }
}

/** What `-S` and `-L` print. */
function show(netns: NetworkNamespace, name: TableName, request: ListRequest): string {
  const { netfilter } = netns
  const table = netfilter.table(name) ?? null
  const { chain, position } = request
  if (chain !== null && !BASE_CHAINS[name].includes(chain) && table?.chains.has(chain) !== true) {
    throw new IptablesError(
      'NO_CHAIN',
      `chain \`${chain}' in table \`${name}' is incompatible, use 'nft' tool.\n`,
      'plain',
    )
  }
  if (request.style === 'table') return listTable(name, table, request, netfilter.counters(name))
  if (request.verbose) throw new UnsupportedError('iptables -v -S')
  return listRules(name, table, chain ?? undefined, position ?? undefined)
}
