import type { Disposition, Hop, Journey, TraceBranch, TraceData, Translation } from './model.ts'
import { ansiPaint } from './render/paint.ts'
import { type Detail, renderText } from './render/text.ts'

/** A traced packet and its answer. Plain data with a few ways to show it. */
export class Trace {
  readonly data: TraceData

  constructor(data: TraceData) {
    this.data = data
  }

  get disposition(): Disposition {
    return this.data.disposition
  }
  get reason(): string {
    return this.data.reason
  }
  get translations(): readonly Translation[] {
    return this.data.translations
  }
  get hops(): readonly Hop[] {
    return this.data.hops
  }
  get reply(): Journey | null {
    return this.data.reply
  }
  get branches(): readonly TraceBranch[] {
    return this.data.branches ?? [this.data]
  }
  get assumptions(): readonly string[] {
    return this.data.assumptions
  }

  /** The trace as text for people. */
  format(detail: Detail = 'summary', options: { readonly color?: boolean } = {}): string {
    return renderText(this.data, { detail, ...(options.color === true ? { paint: ansiPaint } : {}) })
  }

  toJSON(): TraceData {
    return this.data
  }
}
