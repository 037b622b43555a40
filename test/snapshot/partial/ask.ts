import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { evidenceOfDumps, type HostTraceRequest, parseEnd, traceHost } from '../../../src/snapshot/partial/index.ts'
import type { Trace } from '../../../src/trace/index.ts'

const FOLDER = join(import.meta.dirname, 'dumps')

/** What beside the two ends is asked. */
export type AskOptions = Omit<Partial<HostTraceRequest>, 'source' | 'destination' | 'port' | 'names'>

/** The text of a dump of the folder `dumps`. */
export function dumpText(name: string): string {
  return readFileSync(join(FOLDER, `${name}.txt`), 'utf8')
}

/** Where a packet goes that is written `203.0.113.7 > 10.96.0.10:80`, in the host that texts tell of. */
export function askTexts(texts: readonly string[], flow: string, options: AskOptions = {}): Trace {
  const [from = '', to = ''] = flow.split(' > ')
  const source = parseEnd(from, 'FROM')
  const destination = parseEnd(to, 'TO')
  const evidence = evidenceOfDumps(texts.map((text, i) => ({ name: `dump-${i + 1}.txt`, text })))
  return traceHost(evidence, {
    source: source.address,
    sourcePort: source.port,
    destination: destination.address,
    port: destination.port,
    names: { from, to },
    ...options,
  })
}

/** The same in the host that files of the folder tell of, joined by `+`: `ufw-docker+docker-host`. */
export function ask(dumps: string, flow: string, options: AskOptions = {}): Trace {
  return askTexts(dumps.split('+').map(dumpText), flow, options)
}

/** The ends that it can come to, a line each: `A; B: forwarded out of eth1 to 10.0.0.1`. */
export function endsOf(trace: Trace): string[] {
  return trace.branches.map(({ conditions, reason }) =>
    conditions === undefined ? reason : `${conditions.join('; ')}: ${reason}`,
  )
}
