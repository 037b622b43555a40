import type { Flow } from './flow.ts'

const INTO_1 = 'external eth0 | underlay wan0 switch0 node-1 | node-1 eth0'
const INTO_2 = 'external eth0 | underlay wan0 switch0 node-2 | node-2 eth0'
const TO_FAR = 'underlay node-1 node-2 | node-2 IN BRIDGE veth.far | far eth0'

/** From outside in. */
export const INBOUND_FLOWS: readonly Flow[] = [
  {
    title: 'NodePort, policy Cluster, to the node of the endpoint',
    from: 'external',
    to: 'node/node-2:30060',
    way: `${INTO_2} BRIDGE veth.far | far eth0`,
    nat: ['dnat in node-2: node-2:30060 → far:8080', "masquerade in node-2: external → node-2's bridge, another port"],
    seen: "node-2's bridge",
    server: 'far:8080',
  },
  {
    title: 'NodePort, policy Cluster, to a node without endpoint',
    from: 'external',
    to: 'node/node-1:30060',
    way: `${INTO_1} OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: node-1:30060 → far:8080', 'masquerade in node-1: external → node-1-ABROAD, another port'],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
  },
  {
    title: 'NodePort, policy Local, to the node of the endpoint',
    from: 'external',
    to: 'node/node-2:30061',
    way: `${INTO_2} BRIDGE veth.far | far eth0`,
    nat: ['dnat in node-2: node-2:30061 → far:8080'],
    server: 'far:8080',
  },
  {
    title: 'NodePort, policy Local, to a node without endpoint',
    from: 'external',
    to: 'node/node-1:30061',
    ends: 'dropped',
    because: 'default/local has no local endpoints',
    way: INTO_1,
    back: null,
  },
  {
    title: 'externalIP',
    from: 'external',
    to: '203.0.113.80:80',
    way: `${INTO_1} BRIDGE veth.near | near eth0`,
    nat: [
      'dnat in node-1: 203.0.113.80:80 → near:8080',
      "masquerade in node-1: external → node-1's bridge, another port",
    ],
    seen: "node-1's bridge",
    server: 'near:8080',
  },
  {
    title: 'load balancer address, policy Cluster',
    from: 'external',
    to: '203.0.113.70:80',
    way: `${INTO_1} OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: 203.0.113.70:80 → far:8080', 'masquerade in node-1: external → node-1-ABROAD, another port'],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
  },
  {
    title: 'load balancer address, policy Local',
    from: 'external',
    to: '203.0.113.71:80',
    way: `${INTO_2} BRIDGE veth.far | far eth0`,
    nat: ['dnat in node-2: 203.0.113.71:80 → far:8080'],
    server: 'far:8080',
  },
]

const FROM_CLIENT = 'client eth0 | node-1 veth.client BRIDGE'

/** The addresses meant for outside, used inside. */
export const ROUND_FLOWS: readonly Flow[] = [
  {
    title: 'pod to a node port of its own node',
    from: 'pod/client',
    to: 'node/node-1:30060',
    way: `${FROM_CLIENT} OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: node-1:30060 → far:8080', 'masquerade in node-1: client → node-1-ABROAD, another port'],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
  },
  {
    title: 'pod to a node port of another node, policy Local',
    from: 'pod/client',
    to: 'node/node-2:30061',
    way: `${FROM_CLIENT} eth0 | underlay node-1 node-2 | node-2 eth0 BRIDGE veth.far | far eth0`,
    nat: ['masquerade in node-1: client → node-1, another port', 'dnat in node-2: node-2:30061 → far:8080'],
    seen: 'node-1',
    server: 'far:8080',
  },
  {
    title: 'node to a node port of its own',
    from: 'node/node-1',
    to: 'node/node-1:30060',
    way: `node-1 OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: node-1:30060 → far:8080', 'masquerade in node-1: node-1 → node-1-ABROAD, another port'],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
  },
  {
    title: 'node to a node port on localhost',
    from: 'node/node-1',
    to: 'localhost:30060',
    way: `node-1 OUT | ${TO_FAR}`,
    nat: [
      'dnat in node-1: 127.0.0.1:30060 → far:8080',
      'masquerade in node-1: 127.0.0.1 → node-1-ABROAD, another port',
    ],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
    answer: '127.0.0.1:30060 → 127.0.0.1',
  },
  {
    title: 'pod to an externalIP',
    from: 'pod/client',
    to: '203.0.113.80:80',
    way: `${FROM_CLIENT} veth.near | near eth0`,
    nat: [
      'dnat in node-1: 203.0.113.80:80 → near:8080',
      "masquerade in node-1: client → node-1's bridge, another port",
    ],
    seen: "node-1's bridge",
    server: 'near:8080',
  },
  {
    title: 'pod to a load balancer address, policy Cluster',
    from: 'pod/client',
    to: '203.0.113.70:80',
    way: `${FROM_CLIENT} OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: 203.0.113.70:80 → far:8080', 'masquerade in node-1: client → node-1-ABROAD, another port'],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
  },
  {
    // inside, policy Local means: as for a ClusterIP
    title: 'pod to a load balancer address, policy Local, from a node without endpoint',
    from: 'pod/client',
    to: '203.0.113.71:80',
    way: `${FROM_CLIENT} OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: 203.0.113.71:80 → far:8080'],
    server: 'far:8080',
  },
  {
    title: 'pod to a load balancer address, policy Local, next to the endpoint',
    from: 'pod/guest',
    to: '203.0.113.71:80',
    way: 'guest eth0 | node-2 veth.guest BRIDGE veth.far | far eth0',
    nat: ['dnat in node-2: 203.0.113.71:80 → far:8080'],
    server: 'far:8080',
    back: 'far eth0 | node-2 veth.far veth.guest | guest eth0',
  },
  {
    title: 'node to a load balancer address, policy Local',
    from: 'node/node-1',
    to: '203.0.113.71:80',
    way: `node-1 OUT | ${TO_FAR}`,
    nat: ['dnat in node-1: 203.0.113.71:80 → far:8080', 'masquerade in node-1: node-1 → node-1-ABROAD, another port'],
    seen: 'node-1-ABROAD',
    server: 'far:8080',
  },
]

const TO_WAN = 'eth0 | underlay node-1 switch0 wan0 | external eth0'

/** From inside out. */
export const OUTBOUND_FLOWS: readonly Flow[] = [
  {
    title: 'pod to an outside host',
    from: 'pod/client',
    to: 'external:443',
    way: `${FROM_CLIENT} ${TO_WAN}`,
    nat: ['masquerade in node-1: client → node-1, another port'],
    seen: 'node-1',
  },
  {
    title: 'pod to an outside host, a ping',
    from: 'pod/client',
    to: 'external',
    way: `${FROM_CLIENT} ${TO_WAN}`,
    nat: ['masquerade in node-1: client → node-1, another port'],
    seen: 'node-1',
  },
  {
    title: 'node to an outside host',
    from: 'node/node-1',
    to: 'external:443',
    way: `node-1 ${TO_WAN}`,
  },
  {
    title: 'pod to a Service whose EndpointSlice is an outside host',
    from: 'pod/client',
    to: 'svc/legacy:3306',
    way: `${FROM_CLIENT} ${TO_WAN}`,
    nat: [
      'dnat in node-1: svc/legacy:3306 → 198.51.100.77:3306',
      'masquerade in node-1: client → node-1, another port',
    ],
    seen: 'node-1',
    server: '198.51.100.77:3306',
  },
  {
    title: 'pod to a Service whose Endpoints is a host beside the nodes',
    from: 'pod/client',
    to: 'svc/older:3306',
    way: `${FROM_CLIENT} eth0 | underlay node-1 192.168.0.99 | host-192.168.0.99 eth0`,
    nat: ['dnat in node-1: svc/older:3306 → 192.168.0.99:3306', 'masquerade in node-1: client → node-1, another port'],
    seen: 'node-1',
    server: '192.168.0.99:3306',
  },
  {
    title: 'node to a Service whose EndpointSlice is an outside host',
    from: 'node/node-1',
    to: 'svc/legacy:3306',
    way: `node-1 ${TO_WAN}`,
    // a packet that was not a pod's is marked for masquerading: the address stays, the port is drawn
    nat: [
      'dnat in node-1: svc/legacy:3306 → 198.51.100.77:3306',
      'masquerade in node-1: node-1 → node-1, another port',
    ],
    server: '198.51.100.77:3306',
  },
]
