import type { ConntrackEvent } from '../../netfilter/conntrack/index.ts'
import type { PolicyEvent, RuleEvent } from '../../netfilter/index.ts'
import type { FrameEvent, NetworkNamespace } from '../../netns/index.ts'
import { formatMac } from '../../packet/index.ts'
import type { KernelEvent, Probe } from '../../sim/index.ts'
import { byIndex } from '../ip/link.ts'
import { type Machine, ROOT } from '../machine.ts'
import type {
  LabScript,
  Observation,
  ObservedFrame,
  ObservedLink,
  PerNetns,
  RecordedCommand,
  RecordedConntrackEvent,
} from '../record/index.ts'
import { conntrackEntry, conntrackEvent } from './conntrack.ts'
import { counters, forwarding, neighbours, routing } from './end-state.ts'
import { frameFields } from './frame-fields.ts'
import { RuleRecorder } from './rules.ts'

/**
 * Watches the traffic of a lab as the kernel's recorder does: it looks at the machine when the traffic begins, hears of every frame,
 * rule and connection meanwhile, and looks again at the end. It sees the namespaces that there are when the traffic begins.
 */
export class LabRecorder implements Probe {
  /** The number of the command that runs; 0 before the first. */
  step = 0
  readonly #machine: Machine
  readonly #vxlanPorts: ReadonlySet<number>
  readonly #next: Probe | null
  readonly #namespaces: readonly NetworkNamespace[]
  readonly #names: ReadonlySet<string>
  readonly #links: readonly ObservedLink[]
  readonly #frames: ObservedFrame[] = []
  readonly #rules = new RuleRecorder(() => this.step)
  readonly #events: PerNetns<RecordedConntrackEvent[]> = {}
  readonly #before: PerNetns<Record<string, number>>
  readonly #start: number

  /** Begins to watch. Another probe that watches already goes on doing so. */
  constructor(machine: Machine, { vxlanPorts }: LabScript) {
    this.#machine = machine
    this.#vxlanPorts = vxlanPorts
    const { sim } = machine
    this.#next = sim.probe
    this.#start = sim.now
    const named = [...machine.namespaces.keys()].sort().map((name) => machine.namespaces.get(name)!)
    this.#namespaces = [machine.root, ...named]
    this.#names = new Set(this.#namespaces.map(({ name }) => name))
    this.#links = this.#namespaces.flatMap((netns) =>
      byIndex(netns).map(({ name, mac, kind }) => ({ netns: netns.name, name, mac: formatMac(mac), kind })),
    )
    this.#before = Object.fromEntries(this.#namespaces.map((netns) => [netns.name, counters(netns)]))
    for (const netns of this.#namespaces) this.#rules.watch(netns)
    sim.probe = this
  }

  /**
   * Another command begins. Connections whose time is over have ended in the one before: the kernel's garbage collector looks for them while
   * nobody asks (`gc_worker`, net/netfilter/nf_conntrack_core.c).
   */
  beginStep(step: number): void {
    for (const { netfilter } of this.#namespaces) netfilter.conntrack.collect()
    this.step = step
  }

  /** As a probe: passes the event on to the one before it, then notes it. */
  emit<E extends KernelEvent>(event: E): void {
    this.#next?.emit(event)
    this.#record(event)
  }

  #record(event: KernelEvent): void {
    switch (event.kind) {
      case 'frame': {
        const { netns, link, direction, packet } = event as FrameEvent
        if (!this.#names.has(netns)) return
        this.#frames.push({
          time: this.#machine.sim.now,
          step: this.step,
          ns: netns,
          dev: link.name,
          dir: direction,
          frame: frameFields(packet, this.#vxlanPorts),
          journey: packet.journey,
        })
        return
      }
      case 'rule':
        this.#rules.rule(event as RuleEvent)
        return
      case 'policy':
        this.#rules.policy(event as PolicyEvent)
        return
      case 'conntrack': {
        const conntrack = event as ConntrackEvent
        this.#events[conntrack.netns] ??= []
        this.#events[conntrack.netns]!.push(conntrackEvent(conntrack, this.step))
        return
      }
    }
  }

  /** Stops watching and tells what there was. */
  finish(lab: string, commands: readonly RecordedCommand[]): Observation {
    const { sim } = this.#machine
    sim.probe = this.#next
    this.#rules.stop()
    const end = <T>(look: (netns: NetworkNamespace) => T): PerNetns<T> =>
      Object.fromEntries(
        this.#namespaces.filter((netns) => this.#exists(netns)).map((netns) => [netns.name, look(netns)]),
      )
    return {
      lab,
      seconds: (sim.now - this.#start) / 1e9,
      netns: this.#namespaces.map(({ name }) => name),
      links: this.#links,
      commands,
      frames: this.#frames,
      rules: this.#rules.traversals,
      events: this.#events,
      final: end((netns) => [...netns.netfilter.conntrack.entries()].map(conntrackEntry)),
      counters: end((netns) =>
        netns.netfilter
          .save({ counters: true })
          .split('\n')
          .filter((line) => line !== ''),
      ),
      neigh: end(neighbours),
      fdb: end(forwarding),
      route: end(routing),
      snmp: end((netns) => difference(counters(netns), this.#before[netns.name]!)),
    }
  }

  /** Deleted ones keep what was seen of them, but there is nothing left to look at. */
  #exists(netns: NetworkNamespace): boolean {
    return netns.name === ROOT || this.#machine.namespaces.get(netns.name) === netns
  }
}

function difference(
  end: Readonly<Record<string, number>>,
  start: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(end).map(([name, value]) => [name, value - (start[name] ?? 0)]))
}
