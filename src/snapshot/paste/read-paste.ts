import { KubehopError } from '../../packet/index.ts'
import type { Source } from '../evidence.ts'
import { type CleanLine, cleanLines } from './clean.ts'
import { jsonLook, type Look, lookOf } from './looks.ts'
import { readPrompt } from './prompt.ts'
import { tableByChains } from './table-by-chains.ts'
import { readTyped } from './typed-command.ts'

/** What one program printed. */
export interface PasteSection {
  /** What printed it, without what only leads there (`sudo`, `ip netns exec blue`): `iptables -t nat -S`. */
  readonly command: string
  /** Somebody typed the command; otherwise it is told by what its print looks like. */
  readonly typed: boolean
  /** Where it was typed, as the prompt says, or `ssh`; null: nobody said. */
  readonly host: string | null
  /** The namespace: `blue`, `pid/4711`, `pod/default/web-0`, `container/db`; null: that of the host or of the shell. */
  readonly netns: string | null
  /** As the program printed it, without prompts, time stamps and the like; the value itself when the program prints JSON. */
  readonly print: unknown
  /** Where it begins; each line of a text stands one line further. */
  readonly source: Source
}

/** Longer texts are refused: more than ten times what the largest hosts print. */
const MAX_TEXT = 256 * 1024 * 1024

/**
 * Takes a text apart that somebody pasted, and finds out which program printed which part. Parts that somebody typed other commands for are
 * handed out like the rest.
 *
 * @throws KubehopError with file, line and a hint, when it cannot be told what printed a line, and when a typed command shows that lines were left out
 */
export function readPaste(text: string, file?: string): PasteSection[] {
  if (text.length > MAX_TEXT) throw new KubehopError('TOO_LARGE', `the text is longer than ${MAX_TEXT} characters`)
  const sections: PasteSection[] = []
  for (const block of cleanLines(text)) {
    for (const part of partsOf(block)) sections.push(...sectionsOf(part, file))
  }
  return sections
}

/** What stands between two prompts. */
interface Part {
  readonly typed: { readonly command: string; readonly host: string | null; readonly line: number } | null
  readonly lines: CleanLine[]
}

function partsOf(lines: readonly CleanLine[]): Part[] {
  const parts: Part[] = [{ typed: null, lines: [] }]
  for (const line of lines) {
    const prompt = readPrompt(line.text)
    if (prompt === null) parts[parts.length - 1]!.lines.push(line)
    else parts.push({ typed: { ...prompt, line: line.line }, lines: [] })
  }
  return parts
}

/** Programs whose prints are evidence: of those with lines left out is spoken. */
const EVIDENCE = /^(?:[^ ]*\/)?(?:iptables|ip6tables|nft|ip|bridge|ipset|conntrack|sysctl|ss)(?:-[a-z-]+)? /

function sectionsOf({ typed, lines }: Part, file: string | undefined): PasteSection[] {
  const body = trimmed(lines)
  const where = (line: number) => ({ ...(file !== undefined && { file }), line })
  if (typed === null || typed.command === '') return untyped(body, null, null, file)
  const { command, host, netns, filter } = readTyped(typed.command)
  const place = { host: host ?? typed.host, netns }
  // what several commands printed, or `cat` of a file, is told apart by its looks
  const other = command === '' || !EVIDENCE.test(`${command} `)
  const looksKnown = body.length > 0 && lookOf(body[0]!.text) !== null
  if (other && (command === '' || looksKnown)) return untyped(body, place.host, netns, file)
  if (filter !== null && EVIDENCE.test(`${command} `)) {
    throw new KubehopError('NOT_ENOUGH', `${typed.command}: ${filter} leaves lines out`, {
      where: where(typed.line),
      hint: `give all that \`${command}\` prints`,
    })
  }
  // a command that printed nothing says that there is nothing
  const first = body[0]?.line ?? typed.line + 1
  const source: Source = { ...(file !== undefined && { file }), line: first, command }
  return [{ command, typed: true, ...place, print: printOf(command, textOf(body), source), source }]
}

/** With `-j` it is JSON. */
function printOf(command: string, text: string, source: Source): unknown {
  if (!/ -(?:j|json|jp|pj)(?: |$)/.test(command) && !/^(?:\[[\s{\]]|\{")/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    if (!text.startsWith('[')) return text
    throw new KubehopError('BAD_JSON', `${command}: the JSON is not complete`, {
      where: {
        ...(source.file !== undefined && { file: source.file }),
        ...(source.line !== undefined && { line: source.line }),
      },
      hint: 'a long line that was wrapped or cut off cannot be read',
    })
  }
}

/** Lines for which nobody typed a command. */
function untyped(
  lines: readonly CleanLine[],
  host: string | null,
  netns: string | null,
  file: string | undefined,
): PasteSection[] {
  const sections: PasteSection[] = []
  let look: Look | null = null
  let current: CleanLine[] = []
  let chains = new Set<string>()
  const close = (): void => {
    const body = trimmed(current)
    if (look === null || body.length === 0) return
    const text = textOf(body)
    const at: Source = { ...(file !== undefined && { file }), line: body[0]!.line }
    const command = commandOf(look, text, chains, at)
    const source = { ...at, command }
    sections.push({ command, typed: false, host, netns, print: look === 'json' ? JSON.parse(text) : text, source })
  }
  for (const line of lines) {
    const found = beginning(look, line.text)
    const chain = found === 'iptables -S' || found === 'iptables -L' ? baseChain(line.text) : null
    const again = chain !== null && beginsTable(chain, chains)
    if (found !== null && (found !== look || again || found === 'json')) {
      close()
      look = found
      current = []
      chains = new Set()
    } else if (look === null && line.text !== '') {
      throw new KubehopError('UNKNOWN_PRINT', `what printed this cannot be told: ${line.text.slice(0, 60)}`, {
        where: { ...(file !== undefined && { file }), line: line.line },
        hint: 'put the command before it, as `# iptables -t nat -S`, or leave the line out',
      })
    }
    if (chain !== null) chains.add(chain)
    current.push(line)
  }
  close()
  return sections
}

/** What a line begins, given what stands before it. */
function beginning(look: Look | null, line: string): Look | null {
  if (line === '') return null
  const found = lookOf(line)
  // the comment of the other program
  if (found === 'iptables-save' && look === 'ip6tables-save' && line[0] === '*') return null
  // inside of braces may stand anything
  if (look === 'nft list ruleset' && found !== 'nft list ruleset' && /^[\t }]/.test(line)) return null
  // `ip -d address` and `ip route` have further lines, which are indented
  if (found !== null && /^[ \t]/.test(line)) return null
  return found
}

/** `-P INPUT ACCEPT`, `Chain INPUT (policy ACCEPT)` */
function baseChain(line: string): string | null {
  const [word, name = ''] = line.split(' ', 2)
  if (word === '-P') return name
  return word === 'Chain' && line.includes('(policy ') ? name : null
}

/** Does another table begin with this base chain? Its place in the order of `BASE_CHAINS` is before that of one that stood there. */
function beginsTable(chain: string, before: ReadonlySet<string>): boolean {
  if (before.has(chain)) return true
  if (chain === 'PREROUTING') return before.size > 0
  return before.has('OUTPUT') && chain !== 'POSTROUTING'
}

function commandOf(look: Look, text: string, chains: ReadonlySet<string>, at: Source): string {
  switch (look) {
    case 'iptables -S':
    case 'iptables -L': {
      const table = tableByChains(chains)
      if (table === null) {
        throw new KubehopError('NOT_ENOUGH', `of which table ${look} printed this cannot be told`, {
          where: { ...(at.file !== undefined && { file: at.file }), ...(at.line !== undefined && { line: at.line }) },
          hint: 'put the command before it, as `# iptables -t nat -S`, or give all that it prints',
        })
      }
      const options = look === 'iptables -S' ? '-S' : `-L${listOptions(text)}`
      return `iptables -t ${table} ${options}`
    }
    case 'iptables-save': {
      const tables = text.split('\n').filter((line) => line[0] === '*')
      // with -t it prints no more than one: of the others nobody told
      const [only = ''] = tables
      return tables.length === 1 ? `${saveProgram(text)} -t ${only.slice(1)}` : saveProgram(text)
    }
    case 'nft list ruleset': {
      const tables = text.split('\n').filter((line) => line.startsWith('table '))
      return tables.length === 1 ? `nft list table ${tables[0]!.split(' ').slice(1, 3).join(' ')}` : look
    }
    case 'ip address show':
      return /^ {4}inet6? /m.test(text) ? look : 'ip link show'
    case 'ip route show':
      return / table /.test(text) || /^(?:local|broadcast) /m.test(text) ? 'ip route show table all' : look
    case 'json': {
      const command = jsonLook(parseJson(text, at))
      if (command !== null) return command
      throw new KubehopError('UNKNOWN_PRINT', 'what printed this JSON cannot be told', {
        where: { ...(at.file !== undefined && { file: at.file }), ...(at.line !== undefined && { line: at.line }) },
        hint: 'put the command before it, as `# ip -j address`',
      })
    }
    default:
      return look
  }
}

function parseJson(text: string, at: Source): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new KubehopError('BAD_JSON', 'the JSON is not complete', {
      where: { ...(at.file !== undefined && { file: at.file }), ...(at.line !== undefined && { line: at.line }) },
      hint: 'a long line that was wrapped or cut off cannot be read',
    })
  }
}

function saveProgram(text: string): string {
  return text.startsWith('# Generated by iptables-nft-save') || text.includes('\n# Generated by iptables-nft-save')
    ? 'iptables-nft-save'
    : 'iptables-save'
}

/** What -L was asked for shows in its columns. */
function listOptions(text: string): string {
  const columns = text.split('\n').find((line) => line.includes('target ') && line.includes('prot '))
  const lines = text.split('\n')
  const names = lines.some((line) => / (?:anywhere|any) /.test(`${line} `) && !line.startsWith('Chain '))
  const numbers = lines.some((line) => line.includes('0.0.0.0/0') || / \* {2}/.test(line))
  // where there are no rules it makes no difference
  const numeric = names && !numbers ? '' : ' -n'
  const verbose = columns?.includes('pkts') === true ? ' -v' : ''
  return `${numeric}${verbose}${columns?.startsWith('num') === true ? ' --line-numbers' : ''}`
}

function trimmed(lines: readonly CleanLine[]): readonly CleanLine[] {
  let start = 0
  let end = lines.length
  while (start < end && lines[start]!.text === '') start++
  while (end > start && lines[end - 1]!.text === '') end--
  return lines.slice(start, end)
}

/** Lines that are left out, between fences for instance, are empty ones: so that each stands where it stood. */
function textOf(lines: readonly CleanLine[]): string {
  return lines.length === 0 ? '' : `${lines.map(({ text }) => text).join('\n')}\n`
}
