import type { Flow } from './flow.ts'

const BETWEEN_NODES = 'node-1 eth0 | underlay node-1 node-2 | node-2 eth0'
const TO_OTHER_NODE = 'client eth0 | node-1 veth.client BRIDGE eth0 | underlay node-1 node-2 | node-2 eth0'

/** A pod in its host's network is its host to everybody: as a client, as a server, behind a Service. */
export const HOST_NETWORK_FLOWS: readonly Flow[] = [
  {
    title: 'host-network pod to a pod of its node',
    from: 'pod/host-a',
    to: 'pod/near:8080',
    way: 'node-1 BRIDGE veth.near | near eth0',
    seen: "node-1's bridge",
    answer: "near:8080 → node-1's bridge",
  },
  {
    title: 'host-network pod to a pod of another node',
    from: 'pod/host-a',
    to: 'pod/far:8080',
    way: 'node-1 OUT | underlay node-1 node-2 | node-2 IN BRIDGE veth.far | far eth0',
    seen: 'node-1-ABROAD',
    answer: 'far:8080 → node-1-ABROAD',
    hostGw: { nat: ['masquerade in node-1: node-1 → node-1, another port'] },
  },
  {
    title: 'host-network pod to host-network pod',
    from: 'pod/host-a',
    to: 'pod/host-b:9100',
    way: BETWEEN_NODES,
    seen: 'node-1',
    server: 'node-2:9100',
    answer: 'node-2:9100 → node-1',
  },
  {
    title: 'pod to host-network pod of its node',
    from: 'pod/client',
    to: 'pod/host-a:9100',
    way: 'client eth0 | node-1 veth.client BRIDGE',
    server: 'node-1:9100',
    answer: 'node-1:9100 → client',
  },
  {
    title: 'pod to host-network pod of another node',
    from: 'pod/client',
    to: 'pod/host-b:9100',
    way: TO_OTHER_NODE,
    nat: ['masquerade in node-1: client → node-1, another port'],
    seen: 'node-1',
    server: 'node-2:9100',
    answer: 'node-2:9100 → client',
  },
  {
    title: 'pod to Service of a host-network pod on its node',
    from: 'pod/client',
    to: 'svc/host-a:9100',
    way: 'client eth0 | node-1 veth.client BRIDGE',
    nat: ['dnat in node-1: svc/host-a:9100 → node-1:9100'],
    server: 'node-1:9100',
  },
  {
    title: 'pod to Service of a host-network pod on another node',
    from: 'pod/client',
    to: 'svc/host-b:9100',
    way: TO_OTHER_NODE,
    nat: ['dnat in node-1: svc/host-b:9100 → node-2:9100', 'masquerade in node-1: client → node-1, another port'],
    seen: 'node-1',
    server: 'node-2:9100',
  },
  {
    // internalTrafficPolicy Local: always the one of the client's own node
    title: 'pod to Service of host-network pods on every node, each for its own',
    from: 'pod/client',
    to: 'svc/agent:9100',
    way: 'client eth0 | node-1 veth.client BRIDGE',
    nat: ['dnat in node-1: svc/agent:9100 → node-1:9100'],
    server: 'node-1:9100',
  },
  {
    /*
     * A UDP server on all addresses answers from the one nearest to the client: the bridge's, which is no part of the connection.
     * Nothing translates the answer, and the client's socket does not take it.
     */
    title: 'pod to Service of host-network pods on every node, a datagram',
    from: 'pod/client',
    to: 'svc/agent:8125',
    protocol: 'udp',
    ends: 'unanswered',
    way: 'client eth0 | node-1 veth.client BRIDGE',
    nat: ['dnat in node-1: svc/agent:8125 → node-1:8125'],
    server: 'node-1:8125',
    back: 'node-1 BRIDGE veth.client | client eth0',
    answerEnds: 'rejected',
    backNat: [],
    answer: "node-1's bridge:8125 → client",
  },
  {
    title: 'host-network pod to Service of which it is the endpoint',
    from: 'pod/host-a',
    to: 'svc/host-a:9100',
    way: 'node-1 lo',
    nat: ['dnat in node-1: svc/host-a:9100 → node-1:9100', 'masquerade in node-1: node-1 → node-1, another port'],
    seen: 'node-1',
    server: 'node-1:9100',
    answer: 'svc/host-a:9100 → node-1',
  },
  {
    title: 'host-network pod to Service of another one',
    from: 'pod/host-a',
    to: 'svc/host-b:9100',
    way: BETWEEN_NODES,
    nat: ['dnat in node-1: svc/host-b:9100 → node-2:9100', 'masquerade in node-1: node-1 → node-1, another port'],
    seen: 'node-1',
    server: 'node-2:9100',
    answer: 'svc/host-b:9100 → node-1',
  },
]
