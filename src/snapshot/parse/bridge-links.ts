import type { PortEvidence } from '../evidence.ts'
import { Fields, linesOf, objectsOf, wordsOf } from './fields.ts'
import { onOff, pairsOf, portOf } from './link-kinds.ts'
import { textIn } from './links.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** A port as `bridge link` tells it. */
export interface BridgeLink {
  readonly name: string
  readonly master: string | null
  readonly state: string | undefined
  /** Absent without `-d`. */
  readonly port?: PortEvidence
  readonly line: number | undefined
}

/**
 * The ports of `bridge link show`, in words or as JSON (`print_linkinfo`, iproute2 bridge/link.c). Trap: what it prints behind `@` may be a
 * device that has nothing to do with it, since the kernel tells it the index of the other end without its namespace; so that does not count.
 */
export function readBridgeLinks(
  print: unknown,
  isJson: boolean,
  context: PrintContext,
): { readonly links: readonly BridgeLink[]; readonly complete: boolean } {
  if (isJson) {
    const objects = objectsOf(print, context)
    return { links: objects.map((object, i) => ofJson(new Fields(object, context, `[${i}]`))), complete: true }
  }
  const links: BridgeLink[] = []
  let complete = true
  let now: { words: string[]; line: number } | null = null
  const finish = () => {
    if (now !== null) links.push(ofWords(now.words, now.line, context))
    now = null
  }
  for (const [line, raw] of linesOf(print as string).entries()) {
    const text = raw.replaceAll('\\', ' ')
    const words = wordsOf(text)
    if (words.length === 0) continue
    if (/^[0-9]+:$/.test(words[0]!) && words.length > 1 && !/^\s/.test(text)) {
      finish()
      now = { words, line }
    } else if (now !== null && /^\s/.test(text)) now.words.push(...words)
    else {
      complete = false
      context.note(`not understood: ${quoted(text)}`, line)
    }
  }
  finish()
  return { links, complete }
}

/** Of old, `3: va state UP @vb: <…>` (before 4.20); now `3: va@vb: <…>`. */
function ofWords(words: readonly string[], line: number, context: PrintContext): BridgeLink {
  const [name] = words[1]!.replace(/:$/, '').split('@')
  const flags = words.findIndex((word) => word.startsWith('<'))
  if (flags < 0 || name === undefined || name === '') return context.fail('a device with flags is expected', line)
  const get = pairsOf(words, flags + 1)
  const state = get('state')
  const port = portOf(state, onOff(get), get)
  return { name, master: get('master') ?? null, state, ...(port !== undefined && { port }), line }
}

function ofJson(fields: Fields): BridgeLink {
  const name = fields.text('ifname') ?? fields.fail('ifname', 'is missing')
  const state = fields.text('state')
  const port = portOf(state, (word) => (fields.has(word) ? fields.flag(word) : undefined), textIn(fields))
  return { name, master: fields.text('master') ?? null, state, ...(port !== undefined && { port }), line: undefined }
}
