import { linesOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** A line of `conntrack -L`, and where it stands, from 0. */
export interface ConnectionLine {
  readonly text: string
  readonly line: number
}

/**
 * The lines of `conntrack -L` or /proc/net/nf_conntrack, without the family that the file and `-o extended` put before each; those of IPv6 are
 * left out.
 */
export function readConnections(text: string, context: PrintContext): ConnectionLine[] {
  const found: ConnectionLine[] = []
  for (const [line, raw] of linesOf(text).entries()) {
    const trimmed = raw.trim()
    // what conntrack says of itself goes to the error stream, and often into the same file
    if (trimmed === '' || /^conntrack v\S+ \(conntrack-tools\): /.test(trimmed)) continue
    if (/^ipv6\s/.test(trimmed)) continue
    const [family] = /^ipv4\s+2\s+/.exec(trimmed) ?? ['']
    const entry = trimmed.slice(family.length)
    if (!/^[a-z0-9_-]+\s+[0-9]+\s/.test(entry) || !entry.includes('src=')) {
      context.note(`not understood: ${quoted(raw)}`, line)
      continue
    }
    const source = entry.indexOf('src=')
    if (
      !entry
        .slice(source, source + 50)
        .split(' ', 1)[0]!
        .includes(':')
    )
      found.push({ text: entry, line })
  }
  return found
}
