import type { OptionSpec } from './spec.ts'

/** Where the objects come from. */
export const INPUT_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'file',
    short: 'f',
    value: 'FILE',
    many: true,
    required: true,
    files: true,
    group: 'Input',
    what: 'Manifests, or what kubectl get -o yaml|json prints: a file, a folder (its *.yaml, *.yml and *.json), - for standard input.',
  },
  {
    name: 'max-input',
    value: 'BYTES',
    bytes: true,
    group: 'Input',
    what: 'The largest input that is read, such as 64M. Default 256M.',
  },
  {
    name: 'validation',
    value: 'MODE',
    choices: ['strict', 'lenient'],
    group: 'Input',
    what: 'strict: what an API server refuses is an error. lenient: what kube-proxy takes all the same is a warning.',
  },
]

/** A command about a cluster, or about a host with Docker alone. */
export const INPUT_OR_DOCKER: readonly OptionSpec[] = [
  {
    name: 'docker',
    group: 'Input',
    what: 'A host with Docker alone, instead of a cluster; -f is then a file of commands that are run on it first: docker run, docker network create …',
  },
  ...INPUT_OPTIONS.map(({ required, ...option }) => option),
]

const CLUSTER: readonly OptionSpec[] = [
  {
    name: 'nodes',
    value: 'N',
    integer: { min: 1, max: 100_000 },
    what: 'How many nodes to make when the input has none. Default 2.',
  },
  {
    name: 'bridge',
    value: 'BRIDGE',
    choices: ['cni0', 'docker0'],
    what: 'The bridge of the pods: cni0 (flannel’s CNI plugin) or docker0. Default cni0.',
  },
  {
    name: 'backend',
    value: 'BACKEND',
    choices: ['vxlan', 'host-gw'],
    what: 'flannel’s backend: vxlan or host-gw. Default: what the input says, else vxlan.',
  },
  { name: 'direct-routing', what: 'vxlan’s DirectRouting: plain routes between nodes of one network.' },
  { name: 'no-ip-masq', what: 'flanneld runs without --ip-masq: nothing is masqueraded for pods.' },
  {
    name: 'listeners',
    value: 'WHICH',
    choices: ['all', 'declared'],
    what: 'Which ports pods listen on: all of them, or those that their containers declare. Default all.',
  },
  {
    name: 'pod-cidr',
    value: 'CIDR',
    cidr: true,
    what: 'The pods’ network. Default: what the input says, else 10.244.0.0/16.',
  },
  {
    name: 'service-cidr',
    value: 'CIDR',
    cidr: true,
    what: 'The network of cluster IPs. Default: what the input says, else 10.96.0.0/12.',
  },
  {
    name: 'node-cidr',
    value: 'CIDR',
    cidr: true,
    what: 'The nodes’ network. Default: what the input says, else 192.168.0.0/24.',
  },
  {
    name: 'load-balancer-pool',
    value: 'CIDR',
    cidr: true,
    what: 'Where load balancer addresses come from. Default 203.0.113.0/24.',
  },
  {
    name: 'node-cidr-mask-size',
    value: 'BITS',
    integer: { min: 8, max: 30 },
    what: 'Prefix length of a node’s pod network. Default 24.',
  },
  {
    name: 'mtu',
    value: 'OCTETS',
    integer: { min: 576, max: 65_535 },
    what: 'MTU of the nodes’ network. Default 1500.',
  },
  { name: 'no-bridge-nf', what: 'net.bridge.bridge-nf-call-iptables is 0 on the nodes: bridged packets see no rules.' },
  { name: 'no-hairpin', what: 'The bridge ports of pods are not in hairpin mode.' },
]

/** What the cluster is, beyond its objects. */
export const CLUSTER_OPTIONS: readonly OptionSpec[] = CLUSTER.map((option) => ({ ...option, group: 'Cluster' }))
