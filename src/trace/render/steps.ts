import type { BridgedStep, HookStep, Hop, PacketSummary, RoutedStep, SentStep, Step } from '../model.ts'
import type { Ink } from './paint.ts'
import { detailedRules, type RuleLine, summaryRules } from './rules.ts'
import { endsText, entryText, shortRoute, translationText } from './words.ts'

/** A line of a hop, not yet painted. */
export type Line =
  | { readonly kind: 'step'; readonly label: string; readonly text: string; readonly dim: string; readonly ink: Ink }
  | ({ readonly kind: 'rule' } & RuleLine)

function line(label: string, text: string, dim = '', ink: Ink = 'plain'): Line {
  return { kind: 'step', label, text, dim, ink }
}

/** Ports that a flood is shown with. */
const SHOWN_PORTS = 3

/** What happened in a hop, in lines. */
export function hopLines(hop: Hop, detailed: boolean): Line[] {
  return detailed ? detailedLines(hop.steps) : hop.steps.flatMap((step, index) => summaryLines(step, index, hop.steps))
}

/** Each frame with its addresses; what is in it only where that has changed. */
function detailedLines(steps: readonly Step[]): Line[] {
  let packet = ''
  return steps.flatMap((step) => {
    const lines = stepLines(step, true)
    if ((step.kind !== 'received' && step.kind !== 'sent') || step.packet.text === packet) return lines
    packet = step.packet.text
    return step.kind === 'received' ? [...lines, line('packet', packet)] : [line('packet', packet), ...lines]
  })
}

function summaryLines(step: Step, index: number, steps: readonly Step[]): Line[] {
  if (step.kind === 'bridged') return bridgedLines(step, steps.slice(index))
  if (step.kind === 'sent') return sentLines(step, steps.slice(0, index), steps.slice(index))
  return stepLines(step, false)
}

/** A frame that leaves by a bridge leaves by a port of it: told once. */
function sentLines(step: SentStep, before: readonly Step[], after: readonly Step[]): Line[] {
  const { device } = step
  if (step.bridgedDnat === true) {
    return [line('bridge', `it stays in ${device}: the neighbour code writes its new Ethernet destination`)]
  }
  if (after.some((each) => each.kind === 'bridged' && each.bridge === device)) return []
  const bridged = before.findLast((each) => each.kind === 'bridged' && each.to.includes(device))
  return [line('out', device, bridged?.kind === 'bridged' ? `, a port of ${bridged.bridge}` : '')]
}

function bridgedLines({ bridge, action, to }: BridgedStep, after: readonly Step[]): Line[] {
  if (action === 'learned') return []
  if (action === 'local') return [line('bridge', `up to ${bridge}: the frame is for this host`)]
  if (to.length === 0) return [line('bridge', `${bridge} has no port for it`)]
  if (to.length === 1) {
    const [port = ''] = to
    const left = after.some((each) => each.kind === 'sent' && each.device === port)
    return left ? [] : [line('bridge', `${bridge}: to leave by ${port}`)]
  }
  const ports = to.length > SHOWN_PORTS ? `${to.slice(0, SHOWN_PORTS).join(', ')}, …` : to.join(', ')
  return [line('bridge', `${bridge} floods to ${to.length} ports: ${ports}`)]
}

function stepLines(step: Step, detailed: boolean): Line[] {
  switch (step.kind) {
    case 'received':
      return detailed ? [line('received', frameText(step.packet))] : []
    case 'sent':
      return [line('out', step.device, `, ${frameText(step.packet)}`)]
    case 'hook':
      return hookLines(step, detailed)
    case 'translated': {
      const { translation, quoted } = step
      if (quoted === true) return detailed ? [line('quoted', translationText(translation), ' in the ICMP error')] : []
      return [
        line(translation.kind.toUpperCase(), endsText(translation), translation.undone ? ' (undone)' : '', 'warn'),
      ]
    }
    case 'conntrack':
      return [line('conntrack', step.event === 'matched' ? step.state : step.event, ` ${entryText(step)}`)]
    case 'routed':
      return [routeLine(step, detailed)]
    case 'bridged': {
      if (step.action === 'learned') return [line('bridge', `${step.bridge} learns ${step.mac}`)]
      if (step.action === 'local') return [line('bridge', `${step.bridge}: up to the host`)]
      return [line('bridge', `${step.bridge}: ${step.action} to ${step.to.join(', ')}`)]
    }
    case 'encapsulated':
    case 'decapsulated': {
      const { src, dst, sport, dport, protocol } = step.outer
      const outer = `${protocol.toUpperCase()} ${src}.${sport} > ${dst}.${dport}`
      const isIn = step.kind === 'encapsulated'
      return [
        line(
          isIn ? 'encapsulate' : 'decapsulate',
          `${step.device}, VNI ${step.vni}, ${isIn ? 'in' : 'out of'} ${outer}`,
        ),
      ]
    }
    case 'neighbour': {
      if (step.state === 'FAILED')
        return [line('neighbour', `${step.address} dev ${step.device} FAILED`, ' nobody answers ARP')]
      return detailed ? [line('neighbour', `${step.address} dev ${step.device} lladdr ${step.mac} ${step.state}`)] : []
    }
    case 'forwarded':
      return [line('forward', `TTL ${step.ttl}`)]
    case 'fragmented':
      return [line('fragment', `into ${step.fragments}, MTU ${step.mtu}`)]
    case 'defragmented':
      return [line('reassemble', `${step.length} octets`)]
    case 'delivered':
      return [line('delivered', `to ${step.to}`, '', 'good')]
    case 'answered':
      return [line('answer', step.with.text)]
    case 'dropped': {
      const { rule } = step
      const by =
        rule === undefined
          ? step.by
          : `${rule.table} ${rule.chain} ${rule.position === 0 ? 'policy' : `#${rule.position}`}`
      return [line('dropped', `${step.reason}: ${by}`, '', 'bad')]
    }
    case 'left':
      return [line('left', `for ${step.to}, beyond the modelled network`, '', 'warn')]
    case 'depends':
      return [
        line(
          'depends',
          `on ${step.what}${step.rule === undefined ? '' : `, which is not modelled: ${step.rule.text}`}`,
          '',
          'warn',
        ),
      ]
    case 'unfinished':
      return [line('unfinished', step.why, '', 'bad')]
  }
}

function hookLines(step: HookStep, detailed: boolean): Line[] {
  const lines: Line[] = []
  for (const { table, lines: rules } of detailed ? detailedRules(step) : summaryRules(step)) {
    const state = step.state === undefined ? '' : `, conntrack ${step.state}`
    const bridged = step.bridged === true ? ', bridged frame' : ''
    lines.push(line(step.hook, table, `${state}${bridged}`))
    for (const rule of rules) lines.push({ kind: 'rule', ...rule })
  }
  return lines
}

function routeLine({ route, type, rule, table, direction }: RoutedStep, detailed: boolean): Line {
  const label = direction === 'reroute' ? 'reroute' : 'route'
  const usual = table === 'main' || table === 'local' || table === undefined
  const from = detailed || !usual ? `, rule ${rule ?? '?'}, table ${table ?? '?'}` : ''
  const text = detailed ? route : shortRoute(route)
  if (type === 'local') return line(label, text, `: for this host${from}`)
  if (type === 'martian') return line(label, `refused: ${text}`, '', 'bad')
  if (type === 'unreachable') return line(label, text === 'none' ? 'none' : `none: ${text}`, from, 'bad')
  return line(label, text, from)
}

function frameText(packet: PacketSummary): string {
  return `${packet.smac} > ${packet.dmac}, ${packet.length} octets`
}
