import type { OptionSpec } from './spec.ts'

const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'iptables',
    value: 'FILE',
    many: true,
    files: true,
    what:
      'Rules of one host, instead of a cluster: what iptables-save, iptables -S, iptables -L -n -v or nft list ruleset prints; beside it perhaps ip addr, ip route, ' +
      'ipset save … with prompts or without, in one file or several, - for standard input.',
  },
  { name: 'in', value: 'DEVICE', what: 'The device by which the packet comes in.' },
  {
    name: 'out',
    value: 'DEVICE',
    what: 'The device by which what is not for the host leaves, where no routes are told.',
  },
  {
    name: 'hook',
    value: 'HOOK',
    choices: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
    what: 'Only this hook, as if the packet had come so far.',
  },
  { name: 'mark', value: 'MARK', what: 'The fwmark with which it enters the first hook, such as 0x4000. Default 0.' },
  {
    name: 'state',
    value: 'STATE',
    choices: ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'],
    what: 'What conntrack thinks of it. Default: what follows from the connections that are told; NEW without any.',
  },
]

/** A host of which somebody pasted the rules, and a packet in it. */
export const DUMP_OPTIONS: readonly OptionSpec[] = OPTIONS.map((option) => ({ ...option, group: 'Pasted rules' }))
