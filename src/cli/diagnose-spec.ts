import { INPUT_OPTIONS } from './cluster-options.ts'
import type { CommandSpec } from './spec.ts'

export const DIAGNOSE: CommandSpec = {
  name: 'diagnose',
  summary: 'Name what is wrong on recorded hosts and in manifests, and what to do.',
  description: [
    'Looks for what people have run into before (docs/findings.md lists it): Services without endpoints and why, switches of the kernel, rules that drop, flannel’s routes and ' +
      'tunnels, addresses that two have. Nothing is guessed: what nobody told is listed at the end as not checked.',
    'With FROM and TO the flow is followed as trace does it, and what explains its end comes first.',
    'The exit code is 0 when no error was found (warnings are none), 1 when one was, 2 for bad input.',
  ],
  arguments: [
    { name: 'FROM', what: 'Who sends, as for trace.', optional: true },
    { name: 'TO', what: 'Where to, as for trace.', optional: true },
  ],
  options: [
    {
      name: 'snapshot',
      value: 'FILE',
      many: true,
      files: true,
      group: 'Input',
      what: 'What kubehop collect has recorded of one host or several; or what the tools of one host print, pasted (iptables-save, ip addr, …). Two of one host, from different times, tell which counters grow. - for standard input.',
    },
    ...INPUT_OPTIONS.map(({ required, ...option }) => option),
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      what: 'The namespace of names that have none. Default: default.',
    },
    { name: 'only', value: 'CODE', many: true, what: 'Look for this finding only, such as ip-forward-off.' },
    {
      name: 'protocol',
      value: 'PROTOCOL',
      choices: ['tcp', 'udp', 'sctp', 'icmp'],
      what: 'Of the flow: tcp, udp, sctp or icmp (a ping). Default: the Service port’s; else tcp to a port, icmp without one.',
    },
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'yaml'],
      group: 'Output',
      what: 'text, json or yaml. Default text.',
    },
  ],
  examples: [
    {
      what: 'Two hosts, and the cluster’s objects',
      command: 'kubehop diagnose --snapshot node-1.json --snapshot node-2.json -f cluster.yaml',
    },
    {
      what: 'Why does this not arrive?',
      command: 'kubehop diagnose --snapshot node-1.json -f cluster.yaml pod/web-0 svc/db:5432',
    },
    { what: 'Manifests alone', command: 'kubehop diagnose -f shop.yaml' },
  ],
}
