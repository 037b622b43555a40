import type {
  LabScript,
  Observation,
  ObservedFrame,
  ObservedLink,
  PerNetns,
  RecordedCommand,
  RecordedConntrackEvent,
} from '../commands/record/index.ts'
import { readConntrackEvent } from './conntrack-event.ts'
import {
  observedLink,
  readCache,
  readConntrackList,
  readCounters,
  readFdb,
  readLinks,
  readNeighbours,
  readPolicy,
  readRoutes,
  readSnmp,
} from './end-state.ts'
import { LabError } from './errors.ts'
import { readFrame } from './frame-octets.ts'
import type { RecorderMessage } from './messages.ts'
import { readMessages } from './netlink.ts'
import { RulePositions } from './rule-positions.ts'
import { RuleTrace } from './rule-trace.ts'

/** `sll_pkttype` of a frame that this host sends (include/uapi/linux/if_packet.h). */
const PACKET_OUTGOING = 4
const SECOND = 1_000_000_000

/** What is known of one namespace while the messages are read. */
class Namespace {
  readonly name: string
  readonly deviceNames = new Map<number, string>()
  readonly rules = new RulePositions()
  readonly trace: RuleTrace
  readonly events: RecordedConntrackEvent[] = []
  /** The text of the last message of each other kind. */
  readonly texts = new Map<string, string>()

  constructor(name: string) {
    this.name = name
    this.trace = new RuleTrace(name, this.rules, (ifindex) => this.deviceName(ifindex))
  }

  deviceName(ifindex: number): string {
    return this.deviceNames.get(ifindex) ?? `if${ifindex}`
  }

  text(kind: string): string {
    return this.texts.get(kind) ?? ''
  }
}

/** What the recorder collected, as an observation. @throws LabError when the lab failed or something was lost */
export function observe(
  script: LabScript,
  messages: Iterable<RecorderMessage>,
  lab: string,
  seconds: number,
): Observation {
  const observer = new Observer(script)
  for (const message of messages) observer.take(message)
  return observer.result(lab, seconds)
}

class Observer {
  readonly #script: LabScript
  readonly #namespaces: Namespace[] = []
  readonly #links: ObservedLink[] = []
  readonly #steps: { time: number; step: number }[] = []
  readonly #frames: Omit<ObservedFrame, 'step'>[] = []
  readonly #outputs = new Map<string, string>()
  readonly #linksShown = new Set<Namespace>()
  #epoch = -1
  #done = false

  constructor(script: LabScript) {
    this.#script = script
  }

  take({ kind, fields, octets }: RecorderMessage): void {
    switch (kind) {
      case 'netns':
        this.#namespaces.push(new Namespace(octets.toString('utf8')))
        return
      case 'failed':
        throw new LabError('LAB_FAILED', octets.toString('utf8').trim())
      case 'lost':
        throw new LabError(
          'LAB_LOSSY',
          `the kernel lost ${fields[0]} of ${this.#namespaces[Number(fields[1])]!.name}`,
          {
            hint: 'send less between two commands',
          },
        )
      case 'done':
        this.#done = true
        return
      case 'step':
        this.#steps.push({ step: Number(fields[0]), time: this.#time(fields[1]!, fields[2]!) })
        return
      case 'out':
      case 'err':
      case 'rc':
        this.#outputs.set(`${kind} ${fields[0]}`, octets.toString('utf8'))
        return
      default:
        this.#takeOf(this.#namespaces[Number(fields[0])]!, kind, fields, octets)
    }
  }

  #takeOf(ns: Namespace, kind: string, fields: readonly string[], octets: Buffer): void {
    switch (kind) {
      case 'frame':
        this.#frames.push({
          time: this.#time(fields[3]!, fields[4]!),
          ns: ns.name,
          dev: ns.deviceName(Number(fields[1])),
          dir: Number(fields[2]) === PACKET_OUTGOING ? 'out' : 'in',
          frame: readFrame(octets, this.#script.vxlanPorts),
        })
        return
      case 'trace':
        for (const message of readMessages(octets)) ns.trace.add(message, Number(fields[1]))
        return
      case 'conntrack':
        for (const message of readMessages(octets)) {
          const event = readConntrackEvent(message, Number(fields[1]))
          if (event !== null) ns.events.push(event)
        }
        return
      case 'links':
        this.#takeLinks(ns, octets.toString('utf8'))
        return
      case 'rules':
        ns.rules.update(octets.toString('utf8'), ns.text('save'))
        return
      default:
        ns.texts.set(kind, octets.toString('utf8'))
    }
  }

  /** MACs get their names when the traffic begins; device names may change later on. */
  #takeLinks(ns: Namespace, text: string): void {
    const first = !this.#linksShown.has(ns)
    this.#linksShown.add(ns)
    for (const link of readLinks(text)) {
      ns.deviceNames.set(link.ifindex, link.name)
      if (first) this.#links.push(observedLink(ns.name, link))
    }
  }

  /** Nanoseconds since the first moment that was told: a double holds those exactly. */
  #time(seconds: string, nanoseconds: string): number {
    if (this.#epoch < 0) this.#epoch = Number(seconds)
    return (Number(seconds) - this.#epoch) * SECOND + Number(nanoseconds)
  }

  #stepAt(time: number): number {
    return this.#steps.findLast((mark) => time >= mark.time)?.step ?? 0
  }

  result(lab: string, seconds: number): Observation {
    if (!this.#done) throw new LabError('LAB_FAILED', 'the recorder ended before the lab did')
    return {
      lab,
      seconds,
      netns: this.#namespaces.map(({ name }) => name),
      links: this.#links,
      commands: this.#commands(),
      frames: this.#frames.map((frame) => ({ ...frame, step: this.#stepAt(frame.time) })),
      rules: this.#namespaces.flatMap(({ trace }) => trace.traversals),
      events: this.#perNetns((ns) => ns.events),
      final: this.#perNetns((ns) => readConntrackList(ns.text('final'))),
      counters: this.#perNetns((ns) => readCounters(ns.text('counters'))),
      neigh: this.#perNetns((ns) => readNeighbours(ns.text('neigh'))),
      fdb: this.#perNetns((ns) => readFdb(ns.text('fdb'))),
      route: this.#perNetns((ns) => ({
        routes: readRoutes(ns.text('route')),
        cache: readCache(ns.text('cache')),
        policy: readPolicy(ns.text('policy')),
      })),
      snmp: this.#perNetns(snmpDelta),
    }
  }

  #commands(): RecordedCommand[] {
    return this.#script.commands.map(({ n, line, background }) => {
      const rc = this.#outputs.get(`rc ${n}`)?.trim() ?? ''
      return {
        n,
        line,
        rc: rc === '' ? null : Number(rc),
        out: this.#outputs.get(`out ${n}`) ?? '',
        err: this.#outputs.get(`err ${n}`) ?? '',
        ...(background && { bg: true as const }),
      }
    })
  }

  #perNetns<T>(read: (ns: Namespace) => T): PerNetns<T> {
    return Object.fromEntries(this.#namespaces.map((ns) => [ns.name, read(ns)]))
  }
}

function snmpDelta(ns: Namespace): Record<string, number> {
  const start = readSnmp(ns.text('snmp-start'))
  const delta: Record<string, number> = {}
  for (const [name, value] of readSnmp(ns.text('snmp-end'))) delta[name] = value - (start.get(name) ?? 0)
  return delta
}
