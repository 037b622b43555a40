import { Conntrack, type ConntrackEvent, ctState, formatEvent } from '../../../src/netfilter/conntrack/index.ts'
import { type Device, Hook, type HookFunction, type HookState, Verdict } from '../../../src/netfilter/hook.ts'
import { Nat } from '../../../src/netfilter/nat/index.ts'
import { formatIpv4 } from '../../../src/packet/address.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { Simulation } from '../../../src/sim/simulation.ts'
import type { KernelEvent } from '../../../src/sim/types.ts'
import { FakeNetfilterHost } from '../../support/fake-netfilter-host.ts'

const noRule: HookFunction = () => Verdict.ACCEPT

/** A host with conntrack, and NAT if wanted, that sends packets through its hooks in the kernel's order. */
export class Router {
  readonly host: FakeNetfilterHost
  readonly conntrack: Conntrack
  readonly nat: Nat
  readonly inside: Device
  readonly outside: Device
  readonly events: KernelEvent[] = []
  #lines: string[] = []
  /** The nat table; null: there is none, and NAT does not work at all. */
  rules: HookFunction | null = null
  /** How often the nat table was asked. */
  lookups = 0

  constructor(options: { sim?: Simulation; name?: string } = {}) {
    this.host = new FakeNetfilterHost({ sim: options.sim ?? new Simulation(), name: options.name ?? 'router' })
    this.inside = this.host.addDevice(2, 'eth0', '10.0.0.254')
    this.outside = this.host.addDevice(3, 'eth1', '192.0.2.1')
    this.conntrack = new Conntrack(this.host)
    this.conntrack.activate()
    this.nat = new Nat(this.host, this.conntrack)
    this.host.sim.probe = {
      emit: (event) => {
        this.events.push(event)
        // Events refer to live entries: what they look like must be written down now.
        if (event.kind === 'conntrack') this.#lines.push(this.#format(event as unknown as ConntrackEvent))
      },
    }
  }

  /** Forwards a packet; false when a hook drops it. */
  forward(packet: Packet, out = this.outside): boolean {
    return (
      this.track(packet, Hook.PREROUTING) &&
      this.translate(packet, { hook: Hook.PREROUTING, in: this.inside, out: null }) &&
      this.leave(packet, out)
    )
  }

  /** Sends a packet of a local process. */
  send(packet: Packet, out = this.outside): boolean {
    return (
      this.track(packet, Hook.OUTPUT) &&
      this.translate(packet, { hook: Hook.OUTPUT, in: null, out }) &&
      this.leave(packet, out)
    )
  }

  /** Takes in a packet for a local process. */
  receive(packet: Packet, from = this.inside): boolean {
    const input: HookState = { hook: Hook.INPUT, in: from, out: null }
    return (
      this.track(packet, Hook.PREROUTING) &&
      this.translate(packet, { hook: Hook.PREROUTING, in: from, out: null }) &&
      this.translate(packet, input) &&
      this.conntrack.confirm(packet, input) === Verdict.ACCEPT
    )
  }

  /** POSTROUTING. */
  leave(packet: Packet, out = this.outside): boolean {
    const state: HookState = { hook: Hook.POSTROUTING, in: null, out }
    return this.translate(packet, state) && this.conntrack.confirm(packet, state) === Verdict.ACCEPT
  }

  track(packet: Packet, hook: HookState['hook'] = Hook.PREROUTING): boolean {
    return this.conntrack.track(packet, { hook, in: this.inside, out: null }) === Verdict.ACCEPT
  }

  translate(packet: Packet, state: HookState): boolean {
    const { rules } = this
    if (rules === null) return true
    const counted: HookFunction = (each, at) => {
      this.lookups++
      return rules(each, at)
    }
    return this.nat.run(packet, state, counted) === Verdict.ACCEPT
  }

  /** The packet's state once it has gone through. */
  state(packet: Packet): string {
    this.forward(packet)
    return ctState(packet)
  }

  /** Lets virtual time pass. */
  sleep(seconds: number): void {
    this.host.sim.run({ until: this.host.sim.now + seconds * 1e9 })
  }

  /** NAT works, but has no rules. */
  withoutRules(): this {
    this.rules = noRule
    return this
  }

  /** What `conntrack -E` has shown since the last call. */
  conntrackEvents(): string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  #format(event: ConntrackEvent): string {
    return formatEvent(event, this.host.sim.now).trim()
  }
}

/** `10.0.0.1:40000 > 10.0.0.2:80`, or `10.0.0.1 > 10.0.0.2 id 7`. */
export function headers(packet: Packet): string {
  const { src, dst } = packet.ip!
  const { l4 } = packet
  if (l4 === null) return `${formatIpv4(src)} > ${formatIpv4(dst)}`
  if (l4.kind === 'icmp') return `${formatIpv4(src)} > ${formatIpv4(dst)} id ${l4.id}`
  return `${formatIpv4(src)}:${l4.sport} > ${formatIpv4(dst)}:${l4.dport}`
}
