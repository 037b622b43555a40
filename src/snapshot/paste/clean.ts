import { withoutLogPrefix } from './log-prefix.ts'

/** A line as a program printed it. */
export interface CleanLine {
  readonly text: string
  /** Where it stands in the file, from 1. */
  readonly line: number
}

const ESCAPE = 27
const BELL = 7
const SPACE = 32
const TAB = 9
const DELETE = 127

/**
 * Takes off what no program printed: the mark of UTF-8, carriage returns, colours, quoting of mails, fences of Markdown, what logs put before a
 * line, indentation. Where there are fences, what stands outside of them was written by a person, and is left out.
 *
 * @returns blocks of lines: one, or the inside of each pair of fences
 */
export function cleanLines(text: string): CleanLine[][] {
  const all = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
    .split('\n')
    .map((line, i) => ({ text: plain(line), line: i + 1 }))
  return fenced(unquoted(all)).map((block) => {
    const bare = unquoted(block)
    const logged = bare.map(({ text, line }) => ({ text: withoutLogPrefix(text), line }))
    return unindented(logged.map((each) => (isTailHead(each.text) ? { ...each, text: '' } : each)))
  })
}

/** Without escape sequences and other control characters; a no-break space of a web page is a space. */
function plain(line: string): string {
  let at = 0
  while (at < line.length && isPlain(line.charCodeAt(at))) at++
  if (at === line.length) return line.trimEnd()
  let text = line.slice(0, at)
  while (at < line.length) {
    const code = line.charCodeAt(at)
    if (code === ESCAPE) {
      at = endOfEscape(line, at + 1)
      continue
    }
    if (code === 0xa0) text += ' '
    else if (isPlain(code)) text += line[at]
    at++
  }
  return text.trimEnd()
}

function isPlain(code: number): boolean {
  return (code >= SPACE && code !== DELETE && code !== 0xa0 && code !== 0x9b) || code === TAB
}

/** `ESC [ 1 ; 31 m`, `ESC ] 0 ; title BEL`, `ESC ( B` (ECMA-48) */
function endOfEscape(line: string, start: number): number {
  let at = start
  const kind = line[at]
  if (kind === '[') {
    at++
    while (at < line.length && line.charCodeAt(at) >= 0x20 && line.charCodeAt(at) < 0x40) at++
    return at + 1
  }
  if (kind === ']') {
    while (at < line.length && line.charCodeAt(at) !== BELL && line.charCodeAt(at) !== ESCAPE) at++
    return line.charCodeAt(at) === ESCAPE ? at + 2 : at + 1
  }
  while (at < line.length && line.charCodeAt(at) >= 0x20 && line.charCodeAt(at) < 0x30) at++
  return at + 1
}

function isFence(text: string): boolean {
  const start = text.trimStart()
  return start.startsWith('```') || start.startsWith('~~~')
}

/** What stands between fences; all of it when there are none. */
function fenced(lines: readonly CleanLine[]): CleanLine[][] {
  if (!lines.some(({ text }) => isFence(text))) return [[...lines]]
  const blocks: CleanLine[][] = []
  let block: CleanLine[] | null = null
  for (const line of lines) {
    if (isFence(line.text)) {
      if (block !== null) blocks.push(block)
      block = block === null ? [] : null
    } else block?.push(line)
  }
  // a fence that is never closed
  if (block !== null) blocks.push(block)
  return blocks
}

const MAX_QUOTING = 20

/** Without `> `, when it stands before each line. */
function unquoted(lines: readonly CleanLine[]): readonly CleanLine[] {
  let inner = lines
  for (let depth = 0; depth < MAX_QUOTING; depth++) {
    let quoted = 0
    for (const { text } of inner) {
      if (text === '') continue
      if (text[0] !== '>') return inner
      quoted++
    }
    // one line alone is rather a prompt
    if (quoted < 2) return inner
    inner = inner.map(({ text, line }) => ({ text: text.startsWith('> ') ? text.slice(2) : text.slice(1), line }))
  }
  return inner
}

/** Without the blanks that stand before each line. */
function unindented(lines: CleanLine[]): CleanLine[] {
  let common: string | null = null
  for (const { text } of lines) {
    if (text === '') continue
    let indent = 0
    while (indent < text.length && (text[indent] === ' ' || text[indent] === '\t')) indent++
    if (common === null) common = text.slice(0, indent)
    else {
      let same = 0
      while (same < common.length && same < indent && common[same] === text[same]) same++
      common = common.slice(0, same)
    }
    if (common === '') return lines
  }
  const width = common?.length ?? 0
  return width === 0 ? lines : lines.map(({ text, line }) => ({ text: text.slice(width), line }))
}

/** `==> file <==` of tail(1) */
function isTailHead(text: string): boolean {
  return text.startsWith('==> ') && text.endsWith(' <==')
}
