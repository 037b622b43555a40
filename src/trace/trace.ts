import { stringify } from 'yaml'
import type { Disposition, Draw, Hop, Journey, PacketSummary, TraceBranch, TraceData, Translation } from './model.ts'
import { renderMermaid } from './render/mermaid.ts'
import { ansiPaint } from './render/paint.ts'
import { type Detail, renderText } from './render/text.ts'

/** How a trace is written as text. */
export interface FormatOptions {
  /** Default `summary`. */
  readonly detail?: Detail
  /** Colours of a terminal. Default: none. */
  readonly color?: boolean
  /** Also what was supposed about the cluster, and warnings. Default true. */
  readonly notes?: boolean
}

/**
 * A traced packet and the answer to it: plain data (`toJSON`), and ways to show them.
 *
 * ```ts
 * trace.disposition // 'delivered'
 * trace.translations.map(({ kind, to }) => `${kind} ${to}`) // ['dnat 10.244.2.9:7070']
 * console.log(trace.format('detailed'))
 * ```
 */
export class Trace {
  readonly #make: () => TraceData
  #data: TraceData | null = null

  /** @param data the trace, or what makes it when it is first asked for */
  constructor(data: TraceData | (() => TraceData)) {
    this.#make = typeof data === 'function' ? data : () => data
  }

  /** Everything, as plain JSON. `docs/trace-format.md` describes it. */
  get data(): TraceData {
    this.#data ??= this.#make()
    return this.#data
  }

  /** How it ended; of several branches the worst. */
  get disposition(): Disposition {
    return this.data.disposition
  }

  /** Why, in one sentence. */
  get reason(): string {
    return this.data.reason
  }

  /** The packet as its sender sent it. */
  get packet(): PacketSummary {
    return this.data.packet
  }

  /** What was translated on the way there; `reply` has its own. */
  get translations(): readonly Translation[] {
    return this.data.translations
  }

  get hops(): readonly Hop[] {
    return this.data.hops
  }

  /** The way in short: `NETNS DEVICE` of every hop. */
  get path(): readonly string[] {
    return this.data.hops.map(({ netns, device }) => `${netns} ${device}`)
  }

  /** The first answer; null when there was none. */
  get reply(): Journey | null {
    return this.data.reply
  }

  /** Where it was delivered, `netns ip:port`. */
  get endpoint(): string | undefined {
    return this.data.endpoint
  }

  /** What the server saw: its own end, and the client's. */
  get seenBy(): TraceBranch['seenBy'] {
    return this.data.seenBy
  }

  /** The errno that the sender got. */
  get error(): string | undefined {
    return this.data.error
  }

  /** Lots that were drawn on the way. */
  get draws(): readonly Draw[] {
    return this.data.draws
  }

  /** Every outcome of every draw; just this one, unless all were asked for. */
  get branches(): readonly TraceBranch[] {
    return this.data.branches ?? [this.data]
  }

  get assumptions(): readonly string[] {
    return this.data.assumptions
  }

  get warnings(): readonly string[] {
    return this.data.warnings
  }

  /** The trace as text for people. */
  format(options: Detail | FormatOptions = {}, more: FormatOptions = {}): string {
    const {
      detail = 'summary',
      color = false,
      notes = true,
    } = typeof options === 'string' ? { ...more, detail: options } : options
    return renderText(this.data, { detail, notes, ...(color ? { paint: ansiPaint } : {}) })
  }

  /** A Mermaid sequence diagram of request and answer. */
  toMermaid(): string {
    return renderMermaid(this.data)
  }

  /** The same as `toJSON`, as YAML. */
  toYAML(): string {
    return stringify(this.data, { aliasDuplicateObjects: false, lineWidth: 0 })
  }

  /** The data, for `JSON.stringify`. */
  toJSON(): TraceData {
    return this.data
  }

  /** The summary as text. */
  toString(): string {
    return this.format()
  }
}
