import { BASE_CHAINS, type ListRequest, listRules, parseCommand, type TableName } from '../../netfilter/index.ts'
import { requireAccounts } from '../nfacct.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { explain, VERSION } from './explain.ts'
import { listTable } from './list.ts'

/** iptables(8) 1.8.9 with the nf_tables back end. */
export const iptables: Program = (args, context) => {
  const { netns, stdout, stderr } = context
  try {
    const { table, command, list, zeroes, otherFamily, version, notices } = parseCommand(args)
    for (const notice of notices) stderr.write(`${notice}\n`)
    if (version) {
      stdout.write(`iptables ${VERSION}\n`)
      return 0
    }
    if (otherFamily) {
      stderr.write("Try `iptables -h' or 'iptables --help' for more information.\n")
      return 2
    }
    if (command !== null) {
      requireAccounts(netns, command)
      netns.netfilter.apply(table, command)
    }
    const code = list === null ? 0 : show(table, list, context)
    if (code === 0 && zeroes !== null) {
      netns.netfilter.apply(table, zeroes)
      const all = new Set([...BASE_CHAINS[table], ...(netns.netfilter.table(table)?.chains.keys() ?? [])])
      const chains = list?.chain == null ? all : [list.chain]
      if (list?.verbose === true) for (const chain of chains) stdout.write(`Zeroing chain \`${chain}'\n`)
    }
    return code
  } catch (error) {
    return explain(error, 'iptables', stderr)
  }
}

/** What `-S` and `-L` print. */
function show(name: TableName, request: ListRequest, { netns, stdout, stderr }: ProgramContext): number {
  const { netfilter } = netns
  const table = netfilter.table(name) ?? null
  const { chain, position } = request
  if (chain !== null && !BASE_CHAINS[name].includes(chain) && table?.chains.has(chain) !== true) {
    // Trap: ends with 1 where other words of this kind end with 3
    stderr.write(`iptables ${VERSION}: chain \`${chain}' in table \`${name}' is incompatible, use 'nft' tool.\n`)
    return 1
  }
  const counters = netfilter.counters(name)
  stdout.write(
    request.style === 'table'
      ? listTable(name, table, request, counters)
      : listRules(name, table, chain ?? undefined, position ?? undefined, request.verbose ? counters : undefined),
  )
  return 0
}
