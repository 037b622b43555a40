import { printMatch } from '../netfilter/text/rule-printer.ts'
import type { Match } from '../netfilter/rule.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import type { Ipv4 } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import { payloadOf } from '../packet/packet.ts'
import type { PcapngWriter } from '../packet/pcapng.ts'
import { RandomStream } from '../sim/random.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Decider } from '../sim/types.ts'
import { walkOutcomes } from '../sim/outcomes.ts'
import { socketsOf } from '../sockets/index.ts'
import { buildBranch } from './build.ts'
import type { Draw, TraceBranch } from './model.ts'
import { Recorder } from './recorder.ts'

/** One flow to trace, in numbers: who sends what to whom. */
export interface FlowRequest {
  readonly from: NetworkNamespace
  /** The sender's address, 0: routing chooses. */
  readonly source?: Ipv4 | undefined
  /** 1 to 65535. Default: an ephemeral port. */
  readonly sourcePort?: number | undefined
  readonly to: Ipv4
  /** 1 to 65535; an ICMP echo has none. */
  readonly port?: number | undefined
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp'
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
  readonly capture?: PcapngWriter | undefined
}

/** Every way in which a flow can go; one when chance decides nothing, or only one outcome was asked for. */
export interface FlowResult {
  readonly branches: readonly TraceBranch[]
}

/** Virtual time after which nobody waits for an answer any more: ARP gives up after three seconds, on each side. */
const PATIENCE = 10_000_000_000
/** Events that one trace may use: a loop or a storm ends here. */
const BUDGET = 200_000

/**
 * Traces one flow: its first packet and the first answer. Everything happens in a transaction, so that the simulation is as it was
 * before; equal calls give equal traces.
 *
 * @throws KubehopError `BAD_PORT`
 */
export function traceFlow(sim: Simulation, request: FlowRequest): FlowResult {
  checkPort(request)
  if (request.allBranches === true) {
    const outcomes = walkOutcomes(sim, () => follow(sim, request))
    return {
      branches: outcomes.map(({ result, probability, decisions }) => ({
        ...result,
        probability,
        draws: decisions.map(({ what, probability: odds, taken }) => drawOf(what, odds, taken)),
      })),
    }
  }
  const draws: Draw[] = []
  const outer = sim.decider
  const branch = sim.transaction(() => {
    sim.decider = loggingDecider(sim, request.seed, draws)
    try {
      return follow(sim, request)
    } finally {
      sim.decider = outer
    }
  })
  return { branches: [{ ...branch, draws }] }
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

/** Draws from a stream of its own when there is a seed, and writes down how each draw fell. */
function loggingDecider(sim: Simulation, seed: number | undefined, draws: Draw[]): Decider {
  const stream = seed === undefined ? sim.random('decide') : new RandomStream(seed, 'decide', sim)
  return {
    decide: (probability, what) => {
      const taken = stream.chance(probability)
      draws.push(drawOf(what, probability, taken))
      return taken
    },
  }
}

function drawOf(what: object, probability: number, matched: boolean): Draw {
  return { rule: printMatch(what as Match).trim(), probability: matched ? probability : 1 - probability, matched }
}

/** Sends the first packet and watches until the answer is there. Runs in a transaction. */
function follow(sim: Simulation, request: FlowRequest): TraceBranch {
  const recorder = new Recorder(sim)
  const outer = sim.probe
  sim.probe = recorder
  try {
    const client = new Client(request)
    const deadline = sim.now + PATIENCE
    let left = BUDGET
    while (!client.done && left-- > 0 && sim.now <= deadline && sim.step());
    const first = [...recorder.timelines.values()].find(({ isArp, hops }) => !isArp && hops[0]?.netns === request.from.name)
    return buildBranch(recorder, {
      request: first?.journey ?? 0,
      error: client.error ?? undefined,
      source: request.from.name,
      beyond: request.beyond ?? new Set(),
      probability: 1,
      draws: [],
      more: Math.max(0, (request.packets ?? 2) - 2),
    })
  } finally {
    sim.probe = outer
  }
}

/** The program that sends: it is done when enough packets of the conversation have come back. */
class Client {
  done = false
  error: string | null = null

  constructor(request: FlowRequest) {
    const sockets = socketsOf(request.from)
    const wantsMore = (request.packets ?? 2) > 2
    const own = {
      ...(request.source === undefined || request.source === 0 ? {} : { localAddress: request.source }),
      ...(request.sourcePort === undefined ? {} : { localPort: request.sourcePort }),
    }
    const peer = { address: request.to, port: request.port ?? 0 }
    const finish = (): void => {
      this.done = true
    }
    const fail = (errno: string): void => {
      this.error = errno
      this.done = true
    }
    switch (request.protocol) {
      case 'tcp': {
        const { socket, error } = sockets.tcp.connect(
          { ...peer, ...own },
          {
            onConnect: () => {
              if (!wantsMore) return finish()
              socket?.send(payloadOf(4))
              socket?.shutdown()
            },
            onData: () => {},
            onEnd: () => socket?.close(),
            onError: fail,
            onClose: finish,
          },
        )
        if (error !== null) fail(error)
        break
      }
      case 'udp': {
        const { socket, error } = sockets.udp.connect({ ...peer, ...own }, { onReceive: finish, onError: fail })
        const sent = socket?.send(payloadOf(4)) ?? error
        if (sent !== null) fail(sent)
        break
      }
      case 'sctp': {
        const { error } = sockets.loadSctp().connect({ ...peer, ...own }, { onConnect: finish, onError: fail })
        if (error !== null) fail(error)
        break
      }
      case 'icmp': {
        const pinger = sockets.icmp.open(own.localAddress === undefined ? {} : { source: own.localAddress }, { onReply: finish, onError: finish })
        const error = pinger.send(request.to, 1)
        if (error !== null) fail(error)
        break
      }
    }
  }
}
