import type { Flow } from './flow.ts'

export const ACROSS =
  'client eth0 | node-1 veth.client BRIDGE OUT | underlay node-1 node-2 | node-2 IN BRIDGE veth.far | far eth0'
const NEXT_DOOR = 'client eth0 | node-1 veth.client veth.near | near eth0'

/** Between pods nothing is ever translated. */
export const POD_FLOWS: readonly Flow[] = [
  {
    title: 'container to container of one pod, over localhost',
    from: 'pod/client',
    to: 'localhost:8080',
    way: 'client lo',
    seen: '127.0.0.1',
    answer: '127.0.0.1:8080 → 127.0.0.1',
  },
  { title: 'pod to pod on one node', from: 'pod/client', to: 'pod/near:8080', way: NEXT_DOOR },
  {
    title: 'pod to pod on one node, a datagram',
    from: 'pod/client',
    to: 'pod/near:8080',
    protocol: 'udp',
    way: NEXT_DOOR,
  },
  { title: 'pod to pod on one node, a ping', from: 'pod/client', to: 'pod/near', protocol: 'icmp', way: NEXT_DOOR },
  { title: 'pod to pod across nodes', from: 'pod/client', to: 'pod/far:8080', way: ACROSS },
  {
    title: 'pod to pod across nodes, a datagram',
    from: 'pod/client',
    to: 'pod/far:8080',
    protocol: 'udp',
    way: ACROSS,
  },
  { title: 'pod to pod across nodes, SCTP', from: 'pod/client', to: 'pod/far:3868', protocol: 'sctp', way: ACROSS },
  { title: 'pod to pod across nodes, a ping', from: 'pod/client', to: 'pod/far', protocol: 'icmp', way: ACROSS },
]

const TO_NODE = 'client eth0 | node-1 veth.client BRIDGE'
const TO_OTHER_NODE = 'client eth0 | node-1 veth.client BRIDGE eth0 | underlay node-1 node-2 | node-2 eth0'
const TO_OTHER_POD = 'node-1 OUT | underlay node-1 node-2 | node-2 IN BRIDGE veth.far | far eth0'
const HIDDEN = ['masquerade in node-1: client → node-1, another port']

/** Between nodes and pods flannel's --ip-masq decides. */
export const NODE_FLOWS: readonly Flow[] = [
  {
    title: 'node to a pod of its own',
    from: 'node/node-1',
    to: 'pod/near:8080',
    way: 'node-1 BRIDGE veth.near | near eth0',
    seen: "node-1's bridge",
    answer: "near:8080 → node-1's bridge",
  },
  {
    title: 'node to a pod of another node',
    from: 'node/node-1',
    to: 'pod/far:8080',
    way: TO_OTHER_POD,
    seen: 'node-1-ABROAD',
    answer: 'far:8080 → node-1-ABROAD',
    // eth0's address is none of the pods': the host's own packets into the network are masqueraded, and so may change their port
    hostGw: { nat: ['masquerade in node-1: node-1 → node-1, another port'] },
  },
  { title: 'pod to its own node', from: 'pod/client', to: 'node/node-1:9100', way: TO_NODE },
  { title: 'pod to its own node, a ping', from: 'pod/client', to: 'node/node-1', way: TO_NODE },
  {
    title: 'pod to another node',
    from: 'pod/client',
    to: 'node/node-2:9100',
    way: TO_OTHER_NODE,
    nat: HIDDEN,
    seen: 'node-1',
  },
  {
    title: 'pod to another node, a ping',
    from: 'pod/client',
    to: 'node/node-2',
    way: TO_OTHER_NODE,
    nat: HIDDEN,
    seen: 'node-1',
  },
  {
    title: 'pod to a port of another node where nobody listens',
    from: 'pod/client',
    to: 'node/node-2:9999',
    ends: 'rejected',
    because: 'no TCP socket for port 9999',
    way: TO_OTHER_NODE,
    nat: HIDDEN,
  },
  {
    title: 'node to node',
    from: 'node/node-1',
    to: 'node/node-2:9100',
    way: 'node-1 eth0 | underlay node-1 node-2 | node-2 eth0',
  },
]
