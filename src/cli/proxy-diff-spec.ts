import { CLUSTER_OPTIONS, INPUT_OPTIONS } from './cluster-options.ts'
import type { CommandSpec, OptionSpec } from './spec.ts'

const input = (name: string, which: string): OptionSpec => ({
  name,
  value: 'FILE',
  many: true,
  required: true,
  files: true,
  group: 'Input',
  what: `The cluster ${which}: manifests, or what kubectl get -o yaml|json prints. A file, a folder, - for standard input.`,
})

export const PROXY_DIFF: CommandSpec = {
  name: 'proxy-diff',
  summary: 'Show what a node’s kube-proxy writes when Services, endpoints or the node change.',
  description: [
    'The text is a summary in comment lines and the input of iptables-restore --noflush --counters: a full or a partial sync, the chains that are rewritten and ' +
      'deleted, and the UDP connections that kube-proxy deletes from conntrack afterwards.',
    'The exit code is that of diff: 0 when kube-proxy does nothing (with -o diff: when no rule changes), 1 when it does something, 2 for bad input.',
  ],
  arguments: [],
  options: [
    input('before', 'as it was'),
    input('after', 'as it is to be'),
    ...INPUT_OPTIONS.filter(({ name }) => name !== 'file'),
    {
      name: 'node',
      value: 'NODE',
      required: true,
      what: 'The node’s name. Nodes made by kubehop are called node-1 to node-N.',
    },
    {
      name: 'conntrack',
      value: 'FILE',
      files: true,
      what: 'What conntrack -L prints on the node: those of its entries are told that kube-proxy deletes.',
    },
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'restore', 'diff', 'json'],
      group: 'Output',
      what: 'text; restore: without the summary; diff: the rules of kube-proxy before and after, as diff -u shows them; json. Default text.',
    },
    ...CLUSTER_OPTIONS,
  ],
  examples: [
    {
      what: 'What a change would write on a node',
      command: 'kubehop proxy-diff --before shop.yaml --after shop-new.yaml --node node-1',
    },
    {
      what: 'The rules that come and go',
      command: 'kubehop proxy-diff --before shop.yaml --after shop-new.yaml --node node-1 -o diff',
    },
    {
      what: 'What has happened on a node of a real cluster since before.json was written',
      command:
        'kubectl get nodes,services,endpointslices -A -o json | kubehop proxy-diff --before before.json --after - --node node-1',
    },
  ],
}
