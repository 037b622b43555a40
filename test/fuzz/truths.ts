import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { LabRecord } from '../../src/commands/record/index.ts'

/** What a machine said of a lab: its record, or that it refuses the set-up, or why there is none. */
export type Told = { readonly record: LabRecord } | { readonly refused: string } | { readonly failed: string }

/** What the kernel said, and how sure that is. */
export interface Truth {
  readonly told: Told
  /** `true`: it said the same three times; `false`: it did not. Absent: it was asked once. */
  readonly stable?: boolean
}

/**
 * The kernel's records of generated labs in a folder, so that a campaign can be continued, and all of its labs judged again in a moment when
 * the simulator has changed.
 */
export class Truths {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** What was kept of a lab of that name, if its text is still the same. */
  read(name: string, text: string): Truth | null {
    const path = this.#path(name)
    if (!existsSync(path)) return null
    const { digest, ...truth } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Truth & { digest: string }
    return digest === digestOf(text) ? truth : null
  }

  write(name: string, text: string, truth: Truth): void {
    const path = this.#path(name)
    // complete or not at all, also when this process is ended
    writeFileSync(`${path}.new`, gzipSync(JSON.stringify({ digest: digestOf(text), ...truth })))
    renameSync(`${path}.new`, path)
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json.gz`)
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
