import { CLUSTER_OPTIONS, INPUT_OR_DOCKER } from './cluster-options.ts'
import type { CommandSpec, OptionSpec } from './spec.ts'

const NAMESPACE: OptionSpec = {
  name: 'namespace',
  short: 'n',
  value: 'NAMESPACE',
  what: 'The namespace of names that have none. Default: default.',
}

export const EXEC: CommandSpec = {
  name: 'exec',
  summary: 'Run a command on a simulated node or in a simulated pod.',
  description: [
    'The command is one of those that people look around with (ip, bridge, brctl, route, iptables, conntrack, tcpdump, ss, ping, nc, curl, cat …), with the words, output and exit ' +
      'codes of the real one. sh -c takes a line with pipes. What it changes is gone afterwards; kubehop shell keeps it.',
  ],
  arguments: [
    {
      name: 'PLACE',
      what: 'node/NAME, pod/NAME, deploy/NAME (a ready pod of it), external; with --docker host, container/NAME, external.',
    },
    { name: 'COMMAND', what: 'The command and its words, behind --.', many: true },
  ],
  options: [...INPUT_OR_DOCKER, NAMESPACE, ...CLUSTER_OPTIONS],
  examples: [
    {
      what: 'A node’s routes to the other nodes’ pods',
      command: "kubehop exec -f shop.yaml node/node-1 -- sh -c 'ip route | grep flannel'",
    },
    { what: 'What a pod asks for names', command: 'kubehop exec -f shop.yaml deploy/frontend -- cat /etc/resolv.conf' },
    {
      what: 'The rules of a published port, on a host with Docker alone',
      command: "echo 'docker run -d -p 8080:80 nginx' | kubehop exec --docker -f - host -- iptables -t nat -S",
    },
  ],
}

export const SHELL: CommandSpec = {
  name: 'shell',
  summary: 'Open a prompt in a simulated cluster: look around, change things, see what happens.',
  description: [
    'Commands run on the node or in the pod where one is, and what they do stays. Time is virtual and passes only while commands run. Type help at the prompt. Lines ' +
      'from a pipe are run one after the other; the exit code is then that of the last one.',
  ],
  arguments: [],
  options: [...INPUT_OR_DOCKER, NAMESPACE, ...CLUSTER_OPTIONS],
  examples: [
    { what: 'A host with Docker, and no cluster', command: 'kubehop shell --docker' },
    { what: 'Look around in a cluster', command: 'kubehop shell -f shop.yaml' },
    {
      what: 'The same lines every time',
      command: "printf 'use deploy/frontend\\nip addr\\n' | kubehop shell -f shop.yaml",
    },
  ],
}
