import { Composer, type CST, Lexer, Parser, type Document as YamlDocument } from 'yaml'
import { MAX_DEPTH } from './document.ts'
import { YamlContentError } from './yaml-convert.ts'

/**
 * Refuses what nests too deep before the nodes are composed, because the composer recurses, and Node ends, without an exception,
 * when a regular expression is compiled at the end of the stack. Walks level by level.
 *
 * @throws YamlContentError
 */
function checkDepth(root: CST.Token): void {
  let level: CST.Token[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) tooDeep({ range: 'offset' in level[0]! ? [level[0].offset] : null })
    const next: CST.Token[] = []
    for (const token of level) {
      if (token.type === 'document' && token.value !== undefined) next.push(token.value)
      if (!('items' in token)) continue
      for (const { key, value } of token.items) {
        if (key !== undefined && key !== null) next.push(key)
        if (value !== undefined) next.push(value)
      }
    }
    level = next
  }
}

/** What the parser has open at any time: some three tokens for each level. Beyond this there is no need to read on. */
const MOST_OPEN = 8 * MAX_DEPTH

function* tokensOf(text: string): Generator<CST.Token> {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > MOST_OPEN) tooDeep({ range: [parser.offset] })
  }
  yield* parser.end()
}

function* checked(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  for (const token of tokens) {
    checkDepth(token)
    yield token
  }
}

function tooDeep(node: { range: readonly number[] | null }): never {
  throw new YamlContentError('NESTED_TOO_DEEP', `values nest more than ${MAX_DEPTH} levels deep`, node)
}

/**
 * Parses YAML into nodes whose scalars are all still text: what they mean is go-yaml's business, not this parser's.
 *
 * @throws YamlContentError when it nests too deep
 */
export function parseYamlNodes(text: string): YamlDocument.Parsed[] {
  const composer = new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    keepSourceTokens: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  return [...composer.compose(checked(tokensOf(text)))] as YamlDocument.Parsed[]
}
