import { IpsetUsageError } from './errors.ts'

/** The words of a line that `ipset restore` reads: blanks part them, double quotes hold them together. */
export function splitLine(line: string): string[] {
  const words: string[] = []
  for (const [, quoted, open, plain] of line.matchAll(/"([^"]*)"|"([^"]*)$|([^\s"]+)/g)) {
    // what is never closed is forgotten
    if (open !== undefined) break
    words.push(quoted ?? plain!)
  }
  if (words.length > MAX_WORDS) throw new IpsetUsageError('Line is too long to parse.')
  return words
}

const MAX_WORDS = 255
