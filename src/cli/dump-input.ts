import type { FlowProtocol } from '../cluster/targets.ts'
import type { PcapngWriter } from '../packet/pcapng.ts'
import type { HookName, HostFlow, SupposedState } from '../snapshot/partial/index.ts'
import type { Detail, Trace } from '../trace/index.ts'
import type { Call } from './call.ts'
import { CLUSTER_OPTIONS, INPUT_OR_DOCKER } from './cluster-options.ts'
import { readEvidenceFile } from './evidence-file.ts'
import { ExitCode } from './failure.ts'
import { UsageError } from './usage-error.ts'

/** Options that are about a cluster or a host with Docker. */
const OF_OTHERS = [...INPUT_OR_DOCKER, ...CLUSTER_OPTIONS].map(({ name }) => name).concat('namespace', 'at')

/** Options that mean something with `--iptables` alone. */
const OF_DUMPS = ['in', 'out', 'hook', 'mark', 'state'] as const

/** @throws UsageError an option is about a dump, and there is none */
export function refuseDumpOptions(call: Call): void {
  const wrong = OF_DUMPS.find((name) => call.has(name))
  if (wrong !== undefined) throw new UsageError(`--${wrong} is about the rules of a dump`, `add --iptables FILE`)
}

/** Follows a packet through the host that dumps tell of. */
export async function traceDumps(call: Call, capture: PcapngWriter | undefined): Promise<Trace> {
  const wrong = OF_OTHERS.find((name) => call.has(name))
  if (wrong !== undefined)
    throw new UsageError(`--${wrong} is not about a dump`, 'with --iptables there is one host, told by the dump')
  const { evidenceOfDumps, parseEnd, traceHost } = await import('../snapshot/partial/index.ts')
  const from = call.argument(0)
  const to = call.argument(1)
  const source = parseEnd(from, 'FROM')
  const destination = parseEnd(to, 'TO')
  const dumps: { name: string; text: string }[] = []
  for (const name of call.list('iptables')) dumps.push({ name, text: await readEvidenceFile(name, call.io) })
  return traceHost(evidenceOfDumps(dumps), {
    source: source.address,
    sourcePort: call.number('source-port') ?? source.port,
    destination: destination.address,
    port: destination.port,
    names: { from, to },
    protocol: call.choice<FlowProtocol>('protocol'),
    ...dumpFlow(call),
    detail: call.choice<Detail>('detail') ?? 'summary',
    packets: call.number('packets'),
    allBranches: call.has('all-branches'),
    seed: call.number('seed'),
    capture,
  })
}

/** How the packet comes to the host, as the options say. */
export function dumpFlow(call: Call): Pick<HostFlow, 'in' | 'out' | 'hook' | 'mark' | 'state'> {
  return {
    in: call.text('in'),
    out: call.text('out'),
    hook: call.choice<HookName>('hook'),
    mark: markOf(call.text('mark')),
    state: call.choice<SupposedState>('state'),
  }
}

/** Forwarded is as good as delivered: the host has done with it what it can. */
export function dumpExitCode({ disposition }: Trace): number {
  if (disposition === 'depends') return ExitCode.DEPENDS
  return disposition === 'delivered' || disposition === 'left' ? ExitCode.OK : ExitCode.NO
}

/** A fwmark as iptables writes it: `0x4000`, `16384`. */
function markOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = /^(?:0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(text) ? Number(text) : Number.NaN
  if (!(value <= 0xffffffff)) throw new UsageError(`--mark "${text}" is no mark`, 'such as 0x4000')
  return value
}
