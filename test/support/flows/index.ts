import type { Flow } from './flow.ts'
import { HOST_NETWORK_FLOWS } from './host-network.ts'
import { INBOUND_FLOWS, OUTBOUND_FLOWS, ROUND_FLOWS } from './outside.ts'
import { NODE_FLOWS, POD_FLOWS } from './pods.ts'
import { REFUSED_FLOWS, SERVICE_FLOWS } from './services.ts'

/** Every flow of the specification, in chapters. */
export const CHAPTERS: readonly { readonly title: string; readonly flows: readonly Flow[] }[] = [
  { title: 'pods', flows: POD_FLOWS },
  { title: 'nodes and pods', flows: NODE_FLOWS },
  { title: 'Services from inside', flows: SERVICE_FLOWS },
  { title: 'nobody there', flows: REFUSED_FLOWS },
  { title: 'from outside in', flows: INBOUND_FLOWS },
  { title: 'outside addresses from inside', flows: ROUND_FLOWS },
  { title: 'from inside out', flows: OUTBOUND_FLOWS },
  { title: 'host network', flows: HOST_NETWORK_FLOWS },
]

export { expectedIn, type Flow, SETTINGS, type Sent, type Setting } from './flow.ts'
