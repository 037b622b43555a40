import type { Packet } from '../packet/packet.ts'

/**
 * The five places where netfilter looks at a packet (include/uapi/linux/netfilter.h):
 *
 *                      ┌─────────────── FORWARD ──────────────┐
 *                      │                                      ▼
 *   in ─ PREROUTING ─ route                              POSTROUTING ─ out
 *                      │                                      ▲
 *                      └─ INPUT ─ socket … socket ─ route ─ OUTPUT
 */
export const Hook = { PREROUTING: 0, INPUT: 1, FORWARD: 2, OUTPUT: 3, POSTROUTING: 4 } as const
export type Hook = (typeof Hook)[keyof typeof Hook]

/** Name of a hook as iptables writes it: `HOOK_NAMES[Hook.INPUT]` is `INPUT`. */
export const HOOK_NAMES = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const

/**
 * What a hook decides (include/uapi/linux/netfilter.h). STOLEN: somebody else goes on with the packet, or has answered for it.
 */
export const Verdict = { DROP: 0, ACCEPT: 1, STOLEN: 2 } as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** Where in a hook each part stands (`enum nf_ip_hook_priorities`, include/uapi/linux/netfilter_ipv4.h). */
export const Priority = {
  RAW_BEFORE_DEFRAG: -450,
  CONNTRACK_DEFRAG: -400,
  RAW: -300,
  CONNTRACK: -200,
  MANGLE: -150,
  NAT_DST: -100,
  FILTER: 0,
  SECURITY: 50,
  NAT_SRC: 100,
  CONNTRACK_HELPER: 300,
  CONNTRACK_CONFIRM: 2 ** 31 - 1,
} as const

/** What netfilter sees of a network device. */
export interface Device {
  readonly ifindex: number
  readonly name: string
}

/** `struct nf_hook_state`: where the packet stands. `in` is null on OUTPUT and for local packets in POSTROUTING, `out` before routing. */
export interface HookState {
  readonly hook: Hook
  readonly in: Device | null
  readonly out: Device | null
}

/** One registered part of a hook, for instance the filter table in FORWARD. */
export type HookFunction = (packet: Packet, state: HookState) => Verdict
