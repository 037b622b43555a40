import { CLUSTER_OPTIONS, INPUT_OPTIONS, INPUT_OR_DOCKER } from './cluster-options.ts'
import { EXEC, SHELL } from './console-specs.ts'
import { DIAGNOSE } from './diagnose-spec.ts'
import { DIFF } from './diff-spec.ts'
import { DUMP_OPTIONS } from './dump-options.ts'
import { PROXY_DIFF } from './proxy-diff-spec.ts'
import { SNAPSHOT_OPTIONS } from './snapshot-input.ts'
import type { CommandSpec } from './spec.ts'

const PLACES =
  'FROM and TO are pod/NAME, deploy/NAME, sts/NAME, ds/NAME (a ready pod of it), node/NAME[:PORT], svc/NAME[:PORT or port name] (headless: a ready ' +
  'endpoint), external[:IP] (a host beyond the nodes’ network, which answers), or IP[:PORT]. NAMESPACE/pod/NAME is one in another namespace.'

export const TRACE: CommandSpec = {
  name: 'trace',
  summary: 'Follow a packet and its answer, hop by hop and rule by rule.',
  description: [
    PLACES,
    'With --docker they are container/NAME[:PORT], host[:PORT], external[:IP], IP[:PORT], and as TO a name that FROM knows.',
    'With --iptables they are addresses, IP[:PORT], and the packet is followed through the hooks of that one host. What was not told (routes, members of ' +
      'sets) is supposed and said so, or both ways are followed.',
    'With --snapshot they are also the names of what was recorded: a namespace’s (as ip netns has it, or its inode), a pod’s or container’s, a host’s, HOST:NAMESPACE; ' +
      'of several Services the one that the rules of kube-proxy name so. Whoever is not recorded is supposed and said so.',
    'The exit code is 0 when the packet was delivered and answered (in every branch), or with --iptables forwarded; 1 when not, 2 for bad input, 3 when it ' +
      'depends on something that is not modelled or was not told.',
  ],
  arguments: [
    { name: 'FROM', what: 'Who sends: pod/a, deploy/frontend, node/node-1, external; with --at any IPv4 address.' },
    { name: 'TO', what: 'Where to: svc/cart:7070, pod/b:80, node/node-1:30080, external, 10.96.0.1:443.' },
  ],
  options: [
    ...INPUT_OR_DOCKER,
    ...DUMP_OPTIONS,
    ...SNAPSHOT_OPTIONS,
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      what: 'The namespace of names that have none. Default: default.',
    },
    {
      name: 'at',
      value: 'node/NAME',
      what:
        'Let a packet of the address FROM enter at this node: out of its own sockets when the address is its own, by the bridge when it is a pod’s, ' +
        'else from outside. Nobody needs to have the address.',
    },
    {
      name: 'protocol',
      value: 'PROTOCOL',
      choices: ['tcp', 'udp', 'sctp', 'icmp'],
      what: 'tcp, udp, sctp or icmp (a ping). Default: the Service port’s; else tcp to a port, icmp without one.',
    },
    {
      name: 'source-port',
      value: 'N',
      integer: { min: 1, max: 65535 },
      what: 'The port that is sent from. Default: an ephemeral one.',
    },
    {
      name: 'packets',
      value: 'N',
      integer: { min: 1, max: 1000 },
      what: 'How many packets of the conversation to show. Default 2: the first one and its answer.',
    },
    { name: 'all-branches', what: 'Where chance decides, follow every outcome, each with its exact probability.' },
    {
      name: 'seed',
      value: 'N',
      integer: { min: 0, max: 0xffffffff },
      what: 'Another draw, where chance decides. Default 0.',
    },
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'yaml', 'mermaid'],
      group: 'Output',
      what: 'text, json or yaml (always complete), mermaid (a sequence diagram). Default text.',
    },
    {
      name: 'detail',
      value: 'LEVEL',
      choices: ['minimal', 'summary', 'detailed'],
      group: 'Output',
      what: 'How much the text tells: minimal (translations and the end), summary, detailed (every frame, and rules that came close). Default summary.',
    },
    {
      name: 'capture',
      value: 'FILE.pcapng',
      files: true,
      group: 'Output',
      what: 'Write every frame on every device to a file for Wireshark or tshark; frame.interface_name tells which.',
    },
    ...CLUSTER_OPTIONS,
  ],
  examples: [
    { what: 'From a pod to a Service', command: 'kubehop trace -f shop.yaml deploy/frontend svc/cartservice:7070' },
    {
      what: 'In a real cluster, from a pod to a node port of another node',
      command:
        'kubectl get nodes,pods,services,endpointslices -A -o json | kubehop trace -f - pod/web-0 node/node-2:30080',
    },
    { what: 'From outside, as data', command: 'kubehop trace -f shop.yaml external node/node-1:30080 -o json' },
    {
      what: 'Between two real nodes, offline',
      command: 'kubehop trace --snapshot node-1.json --snapshot node-2.json default/pod/web-0 svc/db:80',
    },
    {
      what: 'Every way that chance allows',
      command: 'kubehop trace -f shop.yaml deploy/frontend svc/catalog:80 --all-branches',
    },
    {
      what: 'What a node’s rules do with a packet from anywhere',
      command: 'kubehop trace -f shop.yaml --at node/node-1 203.0.113.2 192.168.0.11:30080 --all-branches',
    },
    {
      what: 'Containers of one pod, over localhost',
      command: 'kubehop trace -f shop.yaml deploy/frontend localhost:9090',
    },
    {
      what: 'A published port of a container, on a host with Docker alone',
      command: "echo 'docker run -d -p 8080:80 nginx' | kubehop trace --docker -f - external host:8080",
    },
    {
      what: 'Through the rules that somebody pasted',
      command: 'kubehop trace --iptables node.txt --in eth0 203.0.113.7 10.96.0.10:80',
    },
    {
      what: 'The frames, for Wireshark',
      command: 'kubehop trace -f shop.yaml deploy/frontend pod/web-1:80 --packets 10 --capture frontend.pcapng',
    },
  ],
}

const IPTABLES_SAVE: CommandSpec = {
  name: 'iptables-save',
  summary: 'Show a node’s rules, as iptables-save prints them there.',
  description: ['The rules are those of all programs of the node: kube-proxy, flannel, kubelet, Docker.'],
  arguments: [],
  options: [
    ...INPUT_OPTIONS,
    {
      name: 'node',
      value: 'NODE',
      required: true,
      what: 'The node’s name. Nodes made by kubehop are called node-1 to node-N.',
    },
    {
      name: 'table',
      short: 't',
      value: 'TABLE',
      choices: ['raw', 'mangle', 'nat', 'filter', 'security'],
      what: 'Only this table.',
    },
    {
      name: 'only',
      value: 'WRITER',
      choices: ['kube-proxy'],
      what: 'kube-proxy: the text that kube-proxy hands to iptables-restore in a full sync.',
    },
    ...CLUSTER_OPTIONS,
  ],
  examples: [
    { what: 'A node’s nat table', command: 'kubehop iptables-save -f shop.yaml --node node-1 -t nat' },
    { what: 'What kube-proxy writes', command: 'kubehop iptables-save -f shop.yaml --node node-1 --only kube-proxy' },
  ],
}

const TOPOLOGY: CommandSpec = {
  name: 'topology',
  summary: 'Show the modelled graph: namespaces, their devices, and what connects them.',
  description: [],
  arguments: [],
  options: [
    ...INPUT_OPTIONS,
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'mermaid', 'dot'],
      group: 'Output',
      what: 'text, json, mermaid, dot (Graphviz). Default text.',
    },
    ...CLUSTER_OPTIONS,
  ],
  examples: [
    { what: 'As a picture for Markdown', command: 'kubehop topology -f shop.yaml -o mermaid' },
    { what: 'As a picture', command: 'kubehop topology -f shop.yaml -o dot | dot -Tsvg > shop.svg' },
  ],
}

const RUN: CommandSpec = {
  name: 'run',
  summary: 'Run a script of ip, iptables, ping, nc … in the simulator.',
  description: [
    'A bash script that builds network namespaces and sends packets: ip, bridge, iptables, iptables-save, iptables-restore, sysctl, conntrack, ping, traceroute, arping, nc, curl, wget, tcpdump and what a shell needs, with the words, output and exit ' +
      'codes of the real ones. Time is virtual. What is not modelled is refused by name and line. The exit code is the script’s.',
  ],
  arguments: [{ name: 'SCRIPT', what: 'A file, or - for standard input.', files: true }],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'record', 'snapshot'],
      group: 'Output',
      what:
        'text: what the commands print. json: the journey of each packet that was sent. record: what happened, in the form in which labs are compared. ' +
        'snapshot: what kubehop collect would record of the machine at the end. Default text.',
    },
    {
      name: 'seed',
      value: 'N',
      integer: { min: 0, max: 0xffffffff },
      what: 'Another draw, where chance decides. Default 0.',
    },
  ],
  examples: [
    { what: 'A script, without root and without Linux', command: 'kubehop run lab.sh' },
    { what: 'The way of each packet', command: 'kubehop run lab.sh -o json' },
  ],
}

const LAB: CommandSpec = {
  name: 'lab',
  summary: 'Run a script in the simulator and on the real kernel, and compare (Linux, root).',
  description: [
    'The script runs under bash in network namespaces of its own, and nothing of it stays behind. Every frame, matched rule, connection and table is compared. The exit ' +
      'code is 0 when all agree, 1 when not.',
  ],
  arguments: [{ name: 'SCRIPT', what: 'Labs: set-up, a line "# --- traffic ---", traffic.', many: true, files: true }],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'record'],
      group: 'Output',
      what: 'text, json (counts and differences), record (what the kernel did, of one script). Default text.',
    },
    {
      name: 'seed',
      value: 'N',
      integer: { min: 0, max: 0xffffffff },
      what: 'Another draw of the simulator. Default 0.',
    },
  ],
  examples: [{ what: 'All labs of a folder, against the real kernel', command: 'sudo kubehop lab labs/*.sh' }],
}

const COLLECT: CommandSpec = {
  name: 'collect',
  summary: 'Record the network namespaces of this host in a file (Linux, root).',
  description: [
    'What the host’s own tools print in every network namespace: links, addresses, routes, rules, neighbours, forwarding entries, sysctls, sets, iptables, connections, ' +
      'listening sockets; and which pod or container the namespace belongs to. It changes nothing, and records no arguments, environment or payload.',
    'The collector is a shell script that needs only those tools: where kubehop is not installed, print it and run it there.',
  ],
  arguments: [],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      files: true,
      what: 'Where to write it; compressed when the name ends in .gz. An older file is replaced once the new one is complete. Default: standard output.',
    },
    { name: 'print-script', what: 'Print the script, for sh, instead of running it.' },
  ],
  examples: [
    { what: 'This host', command: 'sudo kubehop collect -o node-1.json' },
    {
      what: 'Another host, over ssh',
      command: 'npx kubehop collect --print-script | ssh root@node-1 sh > node-1.json',
    },
    {
      what: 'A node of Kubernetes, from a privileged pod with hostPID',
      command:
        'npx kubehop collect --print-script | kubectl exec -i debugger -- nsenter -t 1 -m -u -n sh > node-1.json',
    },
  ],
}

const EXPORT: CommandSpec = {
  name: 'export',
  summary: 'Write the cluster’s network as a script that builds it for real, or as a snapshot.',
  description: [
    'The script builds every node and pod as a network namespace, with the same devices, addresses, routes, neighbours and rules. Run it as root on Linux, in ' +
      'namespaces of its own.',
    'The snapshot is what kubehop collect would record of the nodes: each is a host, its pods are namespaces of it. What is between the nodes is no part of it.',
  ],
  arguments: [],
  options: [
    ...INPUT_OR_DOCKER,
    {
      name: 'output',
      short: 'o',
      value: 'FORMAT',
      choices: ['script', 'snapshot'],
      group: 'Output',
      what: 'script: a bash script. snapshot: JSON, as of real hosts. Default script.',
    },
    ...CLUSTER_OPTIONS,
  ],
  examples: [
    { what: 'The cluster for real, as a script', command: 'kubehop export -f shop.yaml > shop.sh' },
    {
      what: 'Build it, look, and let it go',
      command:
        "sudo unshare --net --mount bash -c 'mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; . ./shop.sh; ip netns'",
    },
  ],
}

const DEMO: CommandSpec = {
  name: 'demo',
  summary: 'Trace the main flows of the bundled application.',
  description: [
    'A small shop on two nodes whose pods are attached to docker0: each flow with its title, how it ended, and its trace. The exit code is 0 only if every flow ends ' +
      'as it should.',
  ],
  arguments: [{ name: 'FLOW', what: 'Numbers of the flows to show. Default: all.', optional: true, many: true }],
  options: [
    { name: 'list', what: 'Only the titles.' },
    {
      name: 'detail',
      value: 'LEVEL',
      choices: ['minimal', 'summary', 'detailed'],
      what: 'How much each trace tells. Default summary.',
    },
    {
      name: 'bridge',
      value: 'BRIDGE',
      choices: ['docker0', 'cni0'],
      what: 'The bridge of the pods: docker0 or cni0. Default docker0.',
    },
    {
      name: 'backend',
      value: 'BACKEND',
      choices: ['vxlan', 'host-gw'],
      what: 'flannel’s backend: vxlan or host-gw. Default vxlan.',
    },
  ],
  examples: [
    { what: 'The main flows of a cluster, one after the other', command: 'kubehop demo' },
    { what: 'What there is', command: 'kubehop demo --list' },
    { what: 'One flow, in every detail', command: 'kubehop demo 7 --detail detailed' },
  ],
}

const COMPLETION: CommandSpec = {
  name: 'completion',
  summary: 'Write a script that teaches a shell to complete kubehop’s commands and options.',
  description: [],
  arguments: [{ name: 'SHELL', what: 'bash, zsh or fish.', choices: ['bash', 'zsh', 'fish'] }],
  options: [],
  examples: [
    { what: 'Completion for bash, in ~/.bashrc', command: 'source <(kubehop completion bash)' },
    { what: 'For zsh, in ~/.zshrc after compinit', command: 'source <(kubehop completion zsh)' },
    { what: 'For fish', command: 'kubehop completion fish > ~/.config/fish/completions/kubehop.fish' },
  ],
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  TRACE,
  DIAGNOSE,
  DIFF,
  IPTABLES_SAVE,
  PROXY_DIFF,
  TOPOLOGY,
  EXEC,
  SHELL,
  EXPORT,
  COLLECT,
  RUN,
  LAB,
  DEMO,
  COMPLETION,
]
