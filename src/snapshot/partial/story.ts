import type { HookStep, Hop, Journey, Step, TraceBranch } from '../../trace/index.ts'
import { INPUT_DEVICE, OUTPUT_DEVICE } from './host-world.ts'

/** What a story must know of the walk that it tells. */
export interface Walk {
  readonly host: string
  /** It is the host's own packet. */
  readonly own: boolean
  /** Only this hook was asked. */
  readonly hook: string | null
  /** Nobody answers: it is not the first packet of a connection. */
  readonly alone: boolean
}

/** What a sink says that took the packet. */
export const TAKEN = 'whoever is there'

/** The walk of a packet through one host: what happens beyond its devices is told by whom it leaves. */
export function hostStory(branch: TraceBranch, walk: Walk): TraceBranch {
  const named = withNames(branch)
  const { reply: back, seenBy, endpoint, ...rest } = named
  const way = wayThrough(named, walk, false)
  const reply = back === null || walk.alone || walk.hook !== null ? null : wayThrough(back, walk, true)
  const journey = { ...rest, ...way }
  if (way.disposition === 'left' || way.disposition === 'delivered') {
    const ends = reply === null ? {} : replyEnds(way, reply)
    return {
      ...journey,
      ...ends,
      reply,
      ...(seenBy === undefined || walk.hook !== null ? {} : { seenBy }),
      ...(way.disposition === 'delivered' && endpoint !== undefined ? { endpoint } : {}),
    }
  }
  return { ...journey, reply }
}

/** How it ended, told by the way back too. */
function replyEnds(way: Journey, reply: Journey): Pick<Journey, 'disposition' | 'reason'> {
  if (reply.disposition === 'left' || reply.disposition === 'delivered') {
    return { disposition: way.disposition, reason: `${way.reason}; the answer ${reply.reason}` }
  }
  if (reply.disposition === 'depends')
    return { disposition: 'depends', reason: `${way.reason}; the answer ${reply.reason}` }
  return { disposition: 'unanswered', reason: `${way.reason}; the answer was lost: ${reply.reason}` }
}

function wayThrough(journey: Journey, { host, own, hook }: Walk, isReply: boolean): Journey {
  const { hops, reason, disposition } = journey
  const inside = hops.filter(({ netns }) => netns === host)
  const translations = journey.translations.filter(({ netns }) => netns === host)
  if (inside.length === 0) return { ...journey, translations }
  const last = inside.at(-1)!
  const ended = last.steps.at(-1)!
  const kept = { ...journey, hops: inside, translations }
  if (hook !== null && ended.kind === 'delivered') {
    const { to } = ends(journey)
    return {
      ...kept,
      disposition: 'left',
      reason: `${hook} lets it pass${to === null ? '' : ` to ${to}`}${fromText(journey)}`,
      hops: withEnd(inside, { kind: 'left', to: (to ?? journey.packet.dst).replace(/:\d+$/, '') }),
    }
  }
  if (ended.kind === 'sent') {
    const device = ended.device
    const to = ended.packet.dst
    const verb = isReply ? 'goes back' : own ? 'sent' : 'forwarded'
    return {
      ...kept,
      disposition: 'left',
      reason: `${verb} out of ${device} to ${to}${isReply ? '' : fromText(journey)}`,
      hops: withMore(inside, { kind: 'left', to }),
    }
  }
  if (ended.kind === 'delivered' && !isReply) {
    return { ...kept, disposition: 'delivered', reason: `delivered to this host, to ${ended.to}` }
  }
  if (ended.kind === 'delivered') return { ...kept, disposition: 'delivered', reason: 'comes back' }
  return { ...kept, disposition, reason: reason.replace(new RegExp(`, in ${escaped(host)}$`), '') }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** The ends that rules have given it; null: as it had them. */
function ends({ translations }: Journey): { readonly from: string | null; readonly to: string | null } {
  const last = (source: boolean): string | null =>
    translations.filter(({ kind, undone }) => ((kind === 'snat' || kind === 'masquerade') !== undone) === source).at(-1)
      ?.to ?? null
  return { from: last(true), to: last(false) }
}

function fromText(journey: Journey): string {
  const { from } = ends(journey)
  return from === null ? '' : `, from ${from.replace(/:\d+$/, '')}`
}

/** The last step is replaced. */
function withEnd(hops: readonly Hop[], end: Step): Hop[] {
  return hops.map((hop, index) => (index < hops.length - 1 ? hop : { ...hop, steps: [...hop.steps.slice(0, -1), end] }))
}

function withMore(hops: readonly Hop[], step: Step): Hop[] {
  return hops.map((hop, index) => (index < hops.length - 1 ? hop : { ...hop, steps: [...hop.steps, step] }))
}

/** Devices without a name are called by the one that is supposed for them. */
function withNames(branch: TraceBranch): TraceBranch {
  let named: TraceBranch = branch
  for (const device of [INPUT_DEVICE, OUTPUT_DEVICE]) {
    const known = branch.conditions?.find(
      (text) => text.startsWith(`the ${device} is `) && !/ is (not|one of) /.test(text),
    )
    const name = known?.slice(`the ${device} is `.length)
    if (name !== undefined) named = renamed(named, device, name)
  }
  return named
}

function renamed(branch: TraceBranch, device: string, name: string): TraceBranch {
  const inJourney = <J extends Journey>(journey: J): J => ({
    ...journey,
    hops: journey.hops.map((hop) => ({
      ...hop,
      device: hop.device === device ? name : hop.device,
      steps: hop.steps.map((step) => inStep(step, device, name)),
    })),
  })
  const { reply } = branch
  return { ...inJourney(branch), reply: reply === null ? null : inJourney(reply) }
}

function inStep(step: Step, device: string, name: string): Step {
  if (step.kind === 'sent') return step.device === device ? { ...step, device: name } : step
  if (step.kind === 'neighbour') return step.device === device ? { ...step, device: name } : step
  if (step.kind === 'hook') return nearMissesNamed(step, device, name)
  if (step.kind !== 'routed') return step
  return { ...step, device: step.device === device ? name : step.device, route: step.route.replace(device, name) }
}

function nearMissesNamed(step: HookStep, device: string, name: string): HookStep {
  if (step.nearMisses === undefined) return step
  return {
    ...step,
    nearMisses: step.nearMisses.map((miss) => ({ ...miss, because: miss.because.replace(device, name) })),
  }
}
