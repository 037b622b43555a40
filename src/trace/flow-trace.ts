import { formatIpv4 } from '../packet/address.ts'
import type { FlowRequest, FlowResult } from './flow.ts'
import { mergeTargets } from './merge.ts'
import { Trace } from './trace.ts'

/**
 * A flow's result as a {@link Trace}, to be printed: for namespaces that nobody has other names for than their own.
 *
 * ```ts
 * const request = { from: container, to: parseIpv4('198.51.100.10'), port: 80, protocol: 'tcp' } as const
 * console.log(flowTrace(request, traceFlow(sim, request)).format())
 * ```
 *
 * @param request what `traceFlow` was asked
 */
export function flowTrace(request: FlowRequest, result: FlowResult): Trace {
  const { from, to, port, protocol, seed } = request
  const address = formatIpv4(to)
  return new Trace(
    mergeTargets([result], [{ probability: 1 }], {
      from: { name: from.name, netns: from.name },
      to: {
        name: port === undefined ? address : `${address}:${port}`,
        address,
        ...(port === undefined ? {} : { port }),
      },
      protocol,
      seed: seed ?? from.sim.seed,
      assumptions: [],
      warnings: [],
      allBranches: request.allBranches === true,
    }),
  )
}
