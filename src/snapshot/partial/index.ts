/**
 * One host of which perhaps only the rules are known: where does a packet go?
 *
 * People paste `iptables-save` and ask. So the host is built of whatever was told (`host-world.ts`), with somebody behind each of its devices who
 * has every address and answers on every port (`stand-in.ts`), and the packet goes through the simulated kernel's own hooks, conntrack and NAT.
 * What nobody told is one of three things: an assumption, which is listed (`suppositions.ts`); a question, of which both answers are followed (an address
 * that may be the host's, `supposing-namespace.ts`; a device without a name; a set of unknown members, `unknowns.ts`); or chance. `crafted.ts`
 * sends what no program would send: a packet for one hook, or in the middle of a connection. `story.ts` tells of the host alone.
 */
export {
  CT_STATES,
  type HookName,
  type HostFlow,
  type HostTraceRequest,
  parseEnd,
  type SupposedState,
} from './flow-words.ts'
export { type DumpText, evidenceOfDumps } from './read-dump.ts'
export { traceHost } from './trace-host.ts'
