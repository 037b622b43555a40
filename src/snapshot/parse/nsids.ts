import { Fields, linesOf, objectsOf, requireNumber, wordsOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** What `ip netns list-id` prints: numbers of namespaces, and the name below /run/netns, or null (`print_nsid`, iproute2 ip/ipnetns.c). */
export function readNsids(print: unknown, isJson: boolean, context: PrintContext): Map<number, string | null> {
  const names = new Map<number, string | null>()
  if (isJson) {
    for (const [i, object] of objectsOf(print, context).entries()) {
      const fields = new Fields(object, context, `[${i}]`)
      names.set(fields.number('nsid') ?? fields.fail('nsid', 'is missing'), fields.text('name') ?? null)
    }
    return names
  }
  for (const [line, text] of linesOf(print as string).entries()) {
    const words = wordsOf(text)
    if (words.length === 0) continue
    if (words[0] !== 'nsid') {
      context.note(`not understood: ${quoted(text)}`, line)
      continue
    }
    names.set(requireNumber(words[1], 'a number of a namespace', context, line), nameIn(text.trimEnd()))
  }
  return names
}

const NAME = '(iproute2 netns name: '

function nameIn(text: string): string | null {
  const start = text.indexOf(NAME)
  return start < 0 || !text.endsWith(')') ? null : text.slice(start + NAME.length, -1)
}
