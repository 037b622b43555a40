import { formatIpv4, isLoopback } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import {
  type FlowRequest,
  type FlowResult,
  mergeTargets,
  Trace,
  type TraceBranch,
  traceFlow,
} from '../../trace/index.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import { Findings } from '../rebuild/findings.ts'
import { craft, installSink, runHook, suppose } from './crafted.ts'
import type { HostFlow, HostTraceRequest } from './flow-words.ts'
import { buildHost, type HostWorld, type Side } from './host-world.ts'
import { type Knowledge, knowledgeOf } from './knowledge.ts'
import { hostStory } from './story.ts'
import { tellSupposed } from './suppositions.ts'

/**
 * Follows a packet through the hooks of one host, of which perhaps only the rules are known. What nobody told is supposed and said so, or
 * followed both ways.
 *
 * @throws KubehopError what was told cannot be, or the question cannot be asked
 */
export function traceHost(evidence: NamespaceEvidence, request: HostTraceRequest): Trace {
  checkFlow(request)
  const knowledge = knowledgeOf(evidence)
  const findings = new Findings()
  const sides = sidesOf(request, knowledge)
  const protocol = request.protocol ?? (request.port === undefined ? 'icmp' : 'tcp')
  const flows = sides.map((side) => follow(evidence, { ...request, protocol }, side, knowledge, findings))
  const results = sides.length === 1 ? flows.map(({ result }) => result) : [eitherSide(request, flows)]
  for (const note of evidence.notes) findings.warn(`${placeOf(note.source)}${note.message}`)
  const { destination, port, names, seed } = request
  return new Trace(() => {
    const branches = results.flatMap((result) => result.branches)
    for (const each of flows) tellSupposed(evidence, request, each.world, knowledge, branches, findings)
    return mergeTargets(results, [{ probability: 1 }], {
      from: { name: names.from, netns: flows[0]!.world.side === 'outside' ? `beyond ${evidence.name}` : evidence.name },
      to: { name: names.to, address: formatIpv4(destination), ...(port === undefined ? {} : { port }) },
      protocol,
      seed: seed ?? 0,
      assumptions: plain(findings.assumptions, evidence.name),
      warnings: plain(findings.warnings, evidence.name),
      allBranches: request.allBranches === true,
    })()
  })
}

/** There is one host: nobody needs to hear its name with each line. */
function plain(texts: readonly string[], name: string): string[] {
  return texts.map((text) => (text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text))
}

function placeOf({ file, line }: { readonly file?: string; readonly line?: number }): string {
  if (line === undefined) return file === undefined ? '' : `${file}: `
  return file === undefined ? `line ${line}: ` : `${file}:${line}: `
}

function checkFlow({ hook, in: inDevice, out, source, names }: HostTraceRequest): void {
  const fail = (message: string, hint?: string): never => {
    throw new KubehopError('BAD_REFERENCE', message, hint === undefined ? {} : { hint })
  }
  if (hook === 'OUTPUT' && inDevice !== undefined) fail('a packet in OUTPUT has come in by no device', 'leave --in out')
  if ((hook === 'PREROUTING' || hook === 'INPUT') && out !== undefined)
    fail(`a packet in ${hook} has no device yet to leave by`, 'leave --out out')
  if (inDevice !== undefined && inDevice !== 'lo' && isLoopback(source))
    fail(`no packet from ${names.from} comes in by ${inDevice}`, 'addresses of 127.0.0.0/8 never leave their host')
  if (out === 'lo') fail('what leaves by lo is for the host itself', 'leave --out out')
  if (inDevice === 'lo') fail('what comes in by lo is the host’s own', 'leave --in out')
}

/** From where the packet can come: one side, or both where nobody knows. */
function sidesOf({ hook, in: inDevice, source, state }: HostTraceRequest, { addresses, own }: Knowledge): Side[] {
  if (hook === 'OUTPUT') return ['own sockets']
  if (inDevice !== undefined || (hook !== undefined && hook !== 'POSTROUTING')) return ['outside']
  if (own.has(source) || isLoopback(source)) return ['own sockets']
  if (addresses !== 'some' || hook === 'POSTROUTING' || state === 'ESTABLISHED') return ['outside']
  return ['own sockets', 'outside']
}

interface Followed {
  readonly world: HostWorld
  readonly result: FlowResult
}

function follow(
  evidence: NamespaceEvidence,
  request: HostTraceRequest,
  side: Side,
  knowledge: Knowledge,
  findings: Findings,
): Followed {
  const { hook, state, destination, port, protocol, seed } = request
  const alone = hook !== undefined || (state !== undefined && state !== 'NEW')
  const world = buildHost(evidence, request, side, knowledge, { seed: seed ?? 0, answers: !alone }, findings)
  const { host, sim, sender } = world
  suppose(world, request)
  const flow: FlowRequest = {
    from: hook === undefined ? sender : host,
    source: request.source,
    sourcePort: request.sourcePort,
    to: destination,
    port,
    protocol: protocol!,
    packets: request.packets,
    allBranches: request.allBranches,
    nearMisses: request.detail === 'detailed',
    seed,
    capture: request.capture,
  }
  const walk = { host: host.name, own: side === 'own sockets', hook: hook ?? null, alone }
  if (!alone) return { world, result: told(traceFlow(sim, flow), (branch) => hostStory(branch, walk)) }
  if (hook === undefined) {
    installSink(host)
    for (const link of host.devices()) if (link.peer !== null) installSink(link.peer.netns as typeof host)
  }
  const send = hook === undefined ? () => void sender.localOut(craft(request)) : () => runHook(world, request, hook)
  return { world, result: told(traceFlow(sim, { ...flow, send }), (branch) => hostStory(branch, walk)) }
}

/** The same result, each branch in other words. */
function told(result: FlowResult, words: (branch: TraceBranch) => TraceBranch): FlowResult {
  let branches: readonly TraceBranch[] | null = null
  return {
    get branches() {
      branches ??= result.branches.map(words)
      return branches
    },
    get questions() {
      return result.questions
    },
    incomplete: result.incomplete,
  }
}

/** Nobody knows whether it is the host's own packet: both are followed. */
function eitherSide({ source }: HostFlow, flows: readonly Followed[]): FlowResult {
  const text = formatIpv4(source)
  const yes = `${text} is an address of this host`
  const no = `${text} is not an address of this host`
  return {
    get branches() {
      return flows.flatMap(({ world, result }) => {
        const condition = world.side === 'own sockets' ? yes : no
        return result.branches.map((branch) => ({ ...branch, conditions: [condition, ...(branch.conditions ?? [])] }))
      })
    },
    get questions() {
      return [yes, ...flows.flatMap(({ result }) => result.questions)]
    },
    incomplete: flows.some(({ result }) => result.incomplete),
  }
}
