import { type Topology, topologyDot, topologyMermaid, topologyText } from '../../netns/index.ts'
import type { Call } from '../call.ts'
import { readCluster } from '../cluster-input.ts'
import { ExitCode } from '../failure.ts'

/** `kubehop topology` */
export async function run(call: Call): Promise<number> {
  const cluster = await readCluster(call)
  call.io.stdout.write(render(cluster.topology(), call.choice<'text' | 'json' | 'mermaid' | 'dot'>('output') ?? 'text'))
  return ExitCode.OK
}

function render(topology: Topology, format: 'text' | 'json' | 'mermaid' | 'dot'): string {
  switch (format) {
    case 'text':
      return topologyText(topology)
    case 'json':
      return `${JSON.stringify(topology, null, 2)}\n`
    case 'mermaid':
      return topologyMermaid(topology)
    case 'dot':
      return topologyDot(topology)
  }
}
