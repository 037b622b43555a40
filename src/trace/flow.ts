import { formatIpv4, IPV4_ANY } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import type { PcapngWriter } from '../packet/pcapng.ts'
import { type WalkOptions, walkOutcomes } from '../sim/outcomes.ts'
import { RandomStream } from '../sim/random.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Decider, Probe } from '../sim/types.ts'
import { socketsOf } from '../sockets/index.ts'
import { buildBranch, conversation, type Exchange, findExchange, type TraceFrame } from './build.ts'
import { CaptureProbe, Probes } from './capture.ts'
import { Client, type ClientOptions } from './client.ts'
import { type FoldedWays, foldWays, type Way } from './conditions.ts'
import type { PacketSummary, TraceBranch } from './model.ts'
import { Recorder } from './recorder.ts'

/** One flow to trace, in numbers: who sends what to whom. */
export interface FlowRequest extends ClientOptions {
  /** How many packets of the conversation to show: 2 are the first one and its answer. */
  readonly packets?: number | undefined
  /** Follow every outcome of every draw. */
  readonly allBranches?: boolean | undefined
  /** Look for rules that came close, too. */
  readonly nearMisses?: boolean | undefined
  /** Decides draws in the place of the simulation's own seed. */
  readonly seed?: number | undefined
  /** Namespaces beyond the modelled network: a packet that ends there has left. */
  readonly beyond?: ReadonlySet<string> | undefined
  /**
   * What the packets leave behind stays: connections, neighbours, counters. Virtual time goes on. Default: everything is as it was before. Means
   * nothing with `allBranches`.
   */
  readonly keep?: boolean | undefined
  /** Every frame on every device is written here. */
  readonly capture?: PcapngWriter | undefined
  /** Sends the packet in the place of a program: one that no program would send. No answer of another host to it is waited for. */
  readonly send?: (() => void) | undefined
}

/**
 * Every way in which a flow can go; one when chance decides nothing, or only one outcome was asked for, and all that decides was told. What
 * nobody told is followed both ways (`Simulation.ask`).
 */
export interface FlowResult {
  /** Put into words when they are first asked for. */
  readonly branches: readonly TraceBranch[]
  /** What nobody told and what decides between the branches: `10.1.2.3 is in set pods`. */
  readonly questions: readonly string[]
  /** There are more ways than were followed. */
  readonly incomplete: boolean
}

/**
 * Virtual time after which nobody waits for an answer any more. ARP gives up after three seconds on each side,
 * fragments after thirty (net.ipv4.ipfrag_time).
 */
const PATIENCE = 35_000_000_000
/** So many ways are followed where it depends on what nobody told. */
const MAX_WAYS = 1024
/** Events that one trace may use: a storm ends here. */
const BUDGET = 200_000

/** What one run of the flow gave. */
interface Followed {
  readonly journeys: Recorder['journeys']
  readonly frame: TraceFrame
}

/**
 * Traces one flow: its first packet and the first answer, or more of the conversation. Everything happens in a
 * transaction, so that the simulation is as it was before and equal calls give equal traces (but for `keep`). Begin when no packet is on
 * its way.
 *
 * @throws KubehopError `BAD_PORT`
 */
export function traceFlow(sim: Simulation, request: FlowRequest): FlowResult {
  checkPort(request)
  const chance = request.seed === undefined ? sim.random('decide') : new RandomStream(request.seed, 'decide', sim)
  const decider = sim.decider ?? { decide: (probability: number) => chance.chance(probability) }
  if (request.keep === true && request.allBranches !== true) {
    const followed = follow(sim, request, decider)
    return new LazyResult(() => [{ branch: branchOf(followed, 1), decisions: [] }], false)
  }
  let number = 0
  let tooMany = false
  const work = (): Followed => {
    number++
    const comment = request.allBranches === true || number > 1 ? `branch ${number}` : undefined
    return follow(sim, request, sim.decider!, comment)
  }
  const options: WalkOptions =
    request.allBranches === true
      ? {}
      : {
          chance: decider,
          maxOutcomes: MAX_WAYS,
          onTooMany: () => {
            tooMany = true
          },
        }
  const outcomes = walkOutcomes(sim, work, options)
  return new LazyResult(
    () => outcomes.map(({ result, probability, decisions }) => ({ branch: branchOf(result, probability), decisions })),
    tooMany,
  )
}

function branchOf({ journeys, frame }: Followed, probability: number): TraceBranch {
  return buildBranch(journeys, frame, probability)
}

/**
 * Words are made when somebody reads them, once. (A class: each object literal with a getter would get a hidden class
 * of its own, which lives until a major collection.)
 */
class LazyResult implements FlowResult {
  readonly incomplete: boolean
  readonly #build: () => readonly Way[]
  #folded: FoldedWays | null = null

  constructor(build: () => readonly Way[], incomplete: boolean) {
    this.#build = build
    this.incomplete = incomplete
  }

  get branches(): readonly TraceBranch[] {
    return this.#ways.branches
  }

  get questions(): readonly string[] {
    return this.#ways.questions
  }

  get #ways(): FoldedWays {
    this.#folded ??= foldWays(this.#build())
    return this.#folded
  }
}

function checkPort({ port, protocol, sourcePort }: FlowRequest): void {
  if (protocol !== 'icmp' && port === undefined) {
    throw new KubehopError('BAD_PORT', `a ${protocol} packet needs a port to go to`, { hint: 'write TARGET:PORT' })
  }
  for (const number of [port, sourcePort]) {
    if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65535)) {
      throw new KubehopError('BAD_PORT', `${number} is no port number`, { hint: '1 to 65535' })
    }
  }
}

/** Sends the first packet and watches until the answer is there. Runs in a transaction. */
function follow(sim: Simulation, request: FlowRequest, decider: Decider, comment?: string): Followed {
  const packets = request.packets ?? 2
  const source = request.from.name
  const recorder = new Recorder(sim, {
    nearMisses: request.nearMisses === true,
    ...(packets > 2 ? {} : { firstFrom: source }),
  })
  const outer = { probe: sim.probe, decider: sim.decider }
  sim.probe = probeFor(sim, recorder, request, comment)
  const chance = sim.random('decide')
  sim.decider = {
    decide: (probability, what) => {
      // what is sent again draws anew, but nobody follows it: it makes no branches
      if (!recorder.draws.watched) return chance.chance(probability)
      const matched = decider.decide(probability, what)
      recorder.draws.drawn(what, matched ? probability : 1 - probability, matched)
      return matched
    },
    ...(decider.suppose === undefined ? {} : { suppose: (question) => decider.suppose!(question) }),
  }
  let client: Client | null = null
  try {
    if (request.send === undefined) client = new Client(socketsOf(request.from), request, packets > 2)
    else request.send()
    const isOver =
      packets > 2
        ? () => hasSeen(recorder, source, packets)
        : () => client?.done === true || isDecided(recorder, source)
    const deadline = sim.now + PATIENCE
    for (let left = BUDGET; left > 0 && !isOver() && sim.now <= deadline; left--) if (!sim.step()) break
    return {
      journeys: recorder.journeys,
      frame: {
        source,
        beyond: request.beyond ?? new Set(),
        error: client?.error ?? null,
        more: Math.max(0, packets - 2),
        wanted: () => wantedPacket(request),
        draws: recorder.draws,
      },
    }
  } finally {
    sim.probe = outer.probe
    sim.decider = outer.decider
    if (request.keep === true) client?.close()
  }
}

function probeFor(sim: Simulation, recorder: Recorder, { capture }: FlowRequest, comment: string | undefined): Probe {
  return capture === undefined ? recorder : new Probes(recorder, new CaptureProbe(sim, capture, comment))
}

/** Nothing can come any more: the answer has ended, or the packet has, and nobody answers it later. */
function isDecided(recorder: Recorder, source: string): boolean {
  const { request, reply } = findExchange(recorder.journeys, source)
  if (request === null) return false
  if (request.overflow) return true
  if (reply !== null) return isAtEnd(reply)
  return isAtEnd(request) && request.end!.kind !== 'delivered'
}

/** A packet of which there are copies ends when all of them have, and nobody counts those: time will tell. */
function isAtEnd({ end, split }: NonNullable<Exchange['request']>): boolean {
  return end !== null && (!split || end.kind === 'delivered')
}

/** Enough of the conversation was seen, to its last packet's end. */
function hasSeen(recorder: Recorder, source: string, packets: number): boolean {
  if (recorder.journeys.size < packets) return false
  const { request, reply } = findExchange(recorder.journeys, source)
  if (request === null) return false
  const more = conversation(recorder.journeys, request, reply)
  const last = more[packets - 3]
  return last !== undefined && last.end !== null
}

/** What could not be sent, in words. */
function wantedPacket({ source, sourcePort, to, port, protocol, from }: FlowRequest): PacketSummary {
  const address = source === undefined || source === IPV4_ANY ? ownAddress(from) : source
  const src = formatIpv4(address)
  const dst = formatIpv4(to)
  const ends = [sourcePort === undefined ? src : `${src}.${sourcePort}`, port === undefined ? dst : `${dst}.${port}`]
  return {
    text: `${ends.join(' > ')}: ${protocol}, never sent`,
    protocol,
    src,
    dst,
    ...(sourcePort === undefined ? {} : { sport: sourcePort }),
    ...(port === undefined ? {} : { dport: port }),
    smac: '00:00:00:00:00:00',
    dmac: '00:00:00:00:00:00',
    length: 0,
  }
}

/** The first address that a namespace would be known by. */
function ownAddress(netns: FlowRequest['from']) {
  for (const link of netns.devices())
    if (!link.loopback && link.addresses[0] !== undefined) return link.addresses[0].local
  return IPV4_ANY
}
