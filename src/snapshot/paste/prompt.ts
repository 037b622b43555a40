import { isKnownCommand } from './known-commands.ts'

/** A line that somebody typed. */
export interface PromptLine {
  /** Empty: nothing was typed. */
  readonly command: string
  /** Of `root@node-1:~#`. */
  readonly host: string | null
}

const HOST = '[A-Za-z0-9][A-Za-z0-9._-]{0,252}'
const USER = '[A-Za-z0-9_][A-Za-z0-9._-]{0,63}'
/** Between parentheses: a virtual environment of Python. */
const BEFORE = '(?:\\([^()]{1,64}\\) ?)?'

/** Prompts behind which may stand whatever there is. */
const SURE: readonly RegExp[] = [
  // root@node-1:~#
  new RegExp(`^${BEFORE}${USER}@(${HOST}):[^ #$%>]{0,255} ?[#$%>](?: (.*))?$`),
  // [root@node-1 ~]#
  new RegExp(`^${BEFORE}\\[${USER}@(${HOST}) [^\\]]{1,255}\\] ?[#$%>](?: (.*))?$`),
  // bash-5.1# , sh-4.2$
  /^(?:ba|z|da|k)?sh-[0-9.]{1,8}()[#$](?: (.*))?$/,
  // / # , ~ # , /etc #
  /^[~/][^ #$%>]{0,255}() [#$](?: (.*))?$/,
]
/** Those that other lines look like: behind them stands a program that is known here. */
const UNSURE: readonly RegExp[] = [
  /^()[#$%>] {1,4}(.*)$/,
  // set -x
  /^()\+{1,4} (.*)$/,
  /^()(?:❯|➜|λ) {1,4}(.*)$/,
  // node-1# , node-1>
  new RegExp(`^(${HOST})[#$>] ?(.*)$`),
]

/** What was typed on this line; null when a program printed it. */
export function readPrompt(line: string): PromptLine | null {
  for (const prompt of SURE) {
    const found = prompt.exec(line)
    if (found !== null) return { command: (found[2] ?? '').trim(), host: found[1] || null }
  }
  for (const prompt of UNSURE) {
    const found = prompt.exec(line)
    if (found !== null && isKnownCommand(found[2]!)) return { command: found[2]!.trim(), host: found[1] || null }
  }
  // a heading: `iptables -S`, `=== iptables -S ===`, `**iptables -S**:`
  const heading = undecorated(line)
  return isKnownCommand(heading) && isHeading(heading) ? { command: heading, host: null } : null
}

const DECORATION = '=-#*+_`: \t'

function undecorated(line: string): string {
  let start = 0
  let end = line.length
  while (start < end && DECORATION.includes(line[start]!)) start++
  while (end > start && DECORATION.includes(line[end - 1]!)) end--
  // the decoration of a word that begins with a dash is none
  return line.slice(start, end)
}

/** What stands there alone must look like a command, not like a sentence that begins with one. */
function isHeading(text: string): boolean {
  const words = text.split(' ')
  if (words.length === 1) return text.includes('tables') && text.includes('save')
  return words.length < 30 && isVerb(words[1]!)
}

const VERBS: ReadonlySet<string> = new Set(
  (
    'a ad add addr address l li link r ro route ru rule n ne nei neigh neighbor neighbour netns fdb vlan list save show ' +
    'iptables iptables-save iptables-nft-save iptables-legacy-save exec nft ip bridge'
  ).split(' '),
)

function isVerb(word: string): boolean {
  return word.startsWith('-') || VERBS.has(word)
}
