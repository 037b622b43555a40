import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { KubehopError } from '../packet/errors.ts'
import { collectorScript } from './script.ts'

/** Why nothing can be collected here, or null. */
export function collectObstacle(): string | null {
  if (process.platform !== 'linux') return 'collecting needs Linux'
  if (process.getuid?.() !== 0) return 'collecting needs root: namespaces are open to root alone'
  return null
}

/** A collection under way. */
export interface Collection {
  /** The snapshot, JSON in UTF-8. */
  readonly output: Readable
  /** Resolves when it is complete. @throws KubehopError `COLLECT_FAILED`: what was written so far is worth nothing */
  readonly done: Promise<void>
}

/**
 * Collects from this host.
 *
 * @param tell is given what the collector says of its work, line by line
 */
export function collect(tell: (line: string) => void): Collection {
  // From standard input, as over ssh: one way to run it, which is tested.
  const child = spawn('sh', [], { stdio: ['pipe', 'pipe', 'pipe'] })
  // A shell that is not there takes no script; `done` tells.
  child.stdin.on('error', () => {})
  child.stdin.end(collectorScript())
  let last = ''
  let rest = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      last = line
      tell(line)
    }
  })
  const finish = async (): Promise<void> => {
    let status: unknown
    try {
      ;[status] = await once(child, 'close')
    } catch (error) {
      throw new KubehopError('COLLECT_FAILED', `sh could not be run: ${(error as Error).message}`)
    }
    if (status !== 0)
      throw new KubehopError('COLLECT_FAILED', `the collector failed${last === '' ? '' : `; it said: ${last}`}`)
  }
  return { output: child.stdout, done: finish() }
}
