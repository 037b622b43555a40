import type { TraceData } from '../model.ts'
export function renderMermaid(trace: TraceData): string {
  return `sequenceDiagram\n  ${trace.from.netns}\n`
}
