import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'
import type { Problems } from '../problems.ts'
import type { Document, PathStep } from './document.ts'
import { Lines } from './text.ts'
import { YamlContentError, YamlConverter } from './yaml-convert.ts'
import { parseYamlNodes } from './yaml-parse.ts'

/** Each part begins with its `---`, as kubectl splits (`YAMLReader`, apimachinery/pkg/util/yaml/decoder.go). */
const SEPARATOR = /^---(?=\s|$)/gm
/** A line of nothing but blanks, a comment, a directive, or a separator. */
const EMPTY_LINE = /(?:---)?[ \t]*(?:[#%].*)?(?:\r?\n|$)/y

/** Nothing but empty lines: no document. */
function isEmpty(part: string): boolean {
  EMPTY_LINE.lastIndex = 0
  while (EMPTY_LINE.lastIndex < part.length) if (!EMPTY_LINE.test(part)) return false
  return true
}

function* partsOf(text: string): Generator<{ part: string; line: number }> {
  let start = 0
  let line = 1
  for (const { index } of text.matchAll(SEPARATOR)) {
    if (index === 0) continue
    const part = text.slice(start, index)
    yield { part, line }
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) line++
    start = index
  }
  yield { part: text.slice(start), line }
}

/** Finds the node at the path, or the nearest one around it. A field's own line is that of its name. */
function offsetAt(root: Node | null, path: readonly PathStep[]): number {
  let node = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pairs = node.items as Pair<Node | null, Node | null>[]
      const pair = pairs.findLast(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) break
      offset = pair.key?.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      const item = node.items[step] as Node | null | undefined
      if (item === undefined || item === null) break
      offset = item.range?.[0] ?? offset
      node = item
    } else {
      break
    }
    // The path goes on at the anchor, the line stays at the alias.
    if (isAlias(node)) break
  }
  return offset
}

/**
 * The documents of a YAML text, one at a time, so that the nodes of one can go before the next is parsed.
 * A document with errors is recorded as a problem and left out; the others still come.
 */
export function* yamlDocuments(file: string, text: string, problems: Problems): Generator<Document> {
  for (const { part, line } of partsOf(text)) {
    if (isEmpty(part)) continue
    const lines = new Lines(part)
    // What is missing at the end is missing on the last line that has something.
    const last = part.trimEnd().length - 1
    const lineOf = (offset: number) => line + lines.at(Math.min(offset, last)) - 1
    const fail = (code: string, message: string, offset: number) =>
      problems.add({ code, where: { file, line: lineOf(offset) }, message })
    try {
      for (const document of parseYamlNodes(part)) {
        const [error] = document.errors
        if (error !== undefined) {
          fail('BAD_YAML', `this is not YAML: ${error.message}`, error.pos[0])
          continue
        }
        const converter = new YamlConverter()
        const value = converter.convert(document.contents)
        for (const { key, offset } of converter.duplicates) {
          const where = { file, line: lineOf(offset) }
          problems.note('DUPLICATE_KEY', `field "${key}" stands twice in one mapping: the last one counts`, where)
        }
        if (value === null) continue
        const root: Node | null = document.contents
        yield { file, value, linesAreCheap: true, lineAt: (path) => lineOf(offsetAt(root, path)) }
      }
    } catch (error) {
      if (error instanceof YamlContentError) {
        fail(error.code, error.message, error.offset)
      } else {
        throw error
      }
    }
  }
}
