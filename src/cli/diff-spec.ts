import { INPUT_OPTIONS } from './cluster-options.ts'
import { DUMP_OPTIONS } from './dump-options.ts'
import type { CommandSpec } from './spec.ts'

export const DIFF: CommandSpec = {
  name: 'diff',
  summary: 'Tell which flows change between two snapshots of hosts, or two rule tables.',
  description: [
    'BEFORE and AFTER are what kubehop collect has recorded, one file or a folder with one for each host; or both are what iptables-save (or -S, -L -n -v, nft list ' +
      'ruleset) prints on one host, perhaps with ip addr, ip route and ipset save beside it.',
    'With FROM and TO, named as for trace, one flow is compared. Without them those to all Services of either side: to each cluster IP from a pod on each ' +
      'host and from the host itself, to each node port from outside. Every branch is followed. What the ends of a flow can tell is compared: where it arrives, as whom, with ' +
      'which odds, or why not.',
    'The exit code is 0 when nothing differs, 1 when something does, 2 for bad input.',
  ],
  arguments: [
    { name: 'BEFORE', what: 'A snapshot, a folder of them, or a dump; - for standard input.', files: true },
    { name: 'AFTER', what: 'The same, later.', files: true },
    { name: 'FROM', what: 'Who sends, as for trace.', optional: true },
    { name: 'TO', what: 'Where to, as for trace.', optional: true },
  ],
  options: [
    ...INPUT_OPTIONS.filter(({ name }) => name === 'file').map(({ required, ...option }) => ({
      ...option,
      what: 'Manifests, with snapshots: names of pods, workloads, nodes and Services in them resolve.',
    })),
    ...DUMP_OPTIONS.filter(({ name }) => name !== 'iptables'),
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      what: 'The namespace of names that have none. Default: default.',
    },
    {
      name: 'protocol',
      value: 'PROTOCOL',
      choices: ['tcp', 'udp', 'sctp', 'icmp'],
      what: 'Of the one flow: tcp, udp, sctp or icmp (a ping). Default as for trace.',
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
    { what: 'What did the change do to our Services?', command: 'kubehop diff before/ after/' },
    { what: 'One flow', command: 'kubehop diff monday.json tuesday.json pod/web-0 svc/db:5432' },
    {
      what: 'Two rule tables of one host',
      command: 'kubehop diff before.rules after.rules --in eth0 203.0.113.7 10.0.0.5:443',
    },
  ],
}
