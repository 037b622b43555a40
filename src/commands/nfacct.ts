import { notAllowed } from '../netfilter/command/check-rule.ts'
import type { Command } from '../netfilter/command/command.ts'
import type { NfacctMatch } from '../netfilter/match/nfacct.ts'
import type { NetworkNamespace } from '../netns/index.ts'
import { UnsupportedError } from '../packet/index.ts'
import type { Program } from './process/program.ts'

/** The counters that were made, in their order; what they count belongs to the rules that count on them. */
const made = new WeakMap<NetworkNamespace, Set<string>>()

/** nfacct(8) 1.0.2, as far as kube-proxy's rules need it: `add`, `list`, `get`. */
export const nfacct: Program = ([command, name], { netns, stdout, stderr }) => {
  const names = made.get(netns) ?? new Set<string>()
  made.set(netns, names)
  const fail = (text: string): number => {
    stderr.write(`nfacct v1.0.2: ${text}\n`)
    return 1
  }
  const show = (each: string): void => stdout.write(`{ ${countsOf(netns, each)} } = ${each};\n`)
  switch (command) {
    case 'add':
      if (name === undefined) return fail('missing object name')
      if (names.has(name)) return fail('error: Device or resource busy')
      names.add(name)
      return 0
    case 'list':
      if (name !== undefined) throw new UnsupportedError(`nfacct list ${name}`)
      for (const each of names) show(each)
      return 0
    case 'get':
      if (name === undefined) return fail('missing object name')
      if (!names.has(name)) return fail('error: No such file or directory')
      show(name)
      return 0
    default:
      throw new UnsupportedError(command === undefined ? 'nfacct without a command' : `nfacct ${command}`)
  }
}

/** Makes a counter; one that is there stays. */
export function addAccount(netns: NetworkNamespace, name: string): void {
  const names = made.get(netns) ?? new Set<string>()
  made.set(netns, names.add(name))
}

/** Refuses a rule whose named counter nobody has made (net/netfilter/xt_nfacct.c). @throws IptablesError */
export function requireAccounts(netns: NetworkNamespace, command: Command): void {
  if (command.kind !== 'append' && command.kind !== 'insert' && command.kind !== 'replace') return
  const rules = command.kind === 'replace' ? [command.rule] : command.rules
  for (const { matches } of rules) {
    for (const match of matches) {
      if (match.kind !== 'nfacct' || made.get(netns)?.has((match as NfacctMatch).name) === true) continue
      throw notAllowed('No such file or directory', command.chain, `RULE_${command.kind.toUpperCase()}`)
    }
  }
}

function countsOf(netns: NetworkNamespace, name: string): string {
  const counter = netns.netfilter.sharedState(`nfacct ${name}`) as { packets: number; bytes: number } | undefined
  const digits = (count: number | undefined): string => String(count ?? 0).padStart(20, '0')
  return `pkts = ${digits(counter?.packets)}, bytes = ${digits(counter?.bytes)}`
}
