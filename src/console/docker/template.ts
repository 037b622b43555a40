import { UnsupportedError } from '../../packet/errors.ts'

/*
 * Templates of Go (text/template), as `docker … --format` takes them: fields, range, if, with, variables, pipelines, and docker's own functions
 * (docker/cli templates/templates.go). What a value is printed as follows from its type in Go only for text, numbers and truth; whole structures want {{json …}}.
 */

/** Why a template is none. Docker says it behind its own words. */
export class TemplateError extends Error {}

/** What a template looks at: as JSON has it. A function is a method of its object. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue | Method }
type Method = (...args: readonly TemplateValue[]) => TemplateValue

type Expression =
  | { readonly kind: 'value'; readonly value: TemplateValue }
  | { readonly kind: 'path'; readonly from: '.' | '$' | string; readonly names: readonly string[] }
  | { readonly kind: 'group'; readonly of: Pipeline; readonly names: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
/** Each command gets what the one before it gave as its last argument. */
type Pipeline = readonly (readonly Expression[])[]

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'show'; readonly of: Pipeline }
  | { readonly kind: 'set'; readonly variable: string; readonly of: Pipeline }
  | {
      readonly kind: 'range' | 'if' | 'with'
      readonly of: Pipeline
      readonly variables: readonly string[]
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }

const ACTION = /\{\{(-\s)?((?:"(?:\\.|[^"\\])*"|`[^`]*`|(?!-?\}\}).)*?)(\s-)?\}\}/gsy
const TOKEN =
  /\s*("(?:\\.|[^"\\])*"|`[^`]*`|:=|[|(),]|-?\d+(?:\.\d+)?|\$?[\p{L}_][\p{L}\p{N}_]*|\$|\.[\p{L}_][\p{L}\p{N}_]*|\.)/uy

/** Reads a template. @throws TemplateError @throws UnsupportedError */
export function parseTemplate(text: string): (data: TemplateValue) => string {
  const parts = partsOf(text)
  const at = { index: 0 }
  const nodes = parseNodes(parts, at, false)
  if (at.index < parts.length) throw new TemplateError('unexpected {{end}}')
  return (data) => run(nodes, { dot: data, root: data, variables: new Map() })
}

type Part = { readonly text: string } | { readonly words: readonly string[] }

function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let from = 0
  let trimNext = false
  const addText = (piece: string, trimEnd: boolean): void => {
    const begin = trimNext ? piece.replace(/^\s+/, '') : piece
    const whole = trimEnd ? begin.replace(/\s+$/, '') : begin
    if (whole !== '') parts.push({ text: whole })
  }
  for (;;) {
    const open = text.indexOf('{{', from)
    if (open < 0) break
    ACTION.lastIndex = open
    const found = ACTION.exec(text)
    if (found === null) throw new TemplateError('unclosed action')
    addText(text.slice(from, open), found[1] !== undefined)
    if (!/^\s*\/\*/.test(found[2]!)) parts.push({ words: wordsOf(found[2]!) })
    trimNext = found[3] !== undefined
    from = ACTION.lastIndex
  }
  addText(text.slice(from), false)
  return parts
}

function wordsOf(action: string): string[] {
  const words: string[] = []
  const text = action.trimEnd()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null)
      throw new TemplateError(`unexpected ${JSON.stringify(text.slice(at).trim()[0] ?? '')} in command`)
    // a blank parts two fields, which otherwise belong together
    if (words.length > 0 && /^\s/.test(found[0])) words.push(' ')
    words.push(found[1]!)
  }
  return words
}

function parseNodes(parts: readonly Part[], at: { index: number }, inside: boolean): Node[] {
  const nodes: Node[] = []
  while (at.index < parts.length) {
    const part = parts[at.index]!
    if ('text' in part) {
      nodes.push({ kind: 'text', text: part.text })
      at.index++
      continue
    }
    const [first] = part.words
    if (first === 'end' || first === 'else') {
      if (inside) return nodes
      throw new TemplateError(`unexpected {{${first}}}`)
    }
    at.index++
    nodes.push(parseAction(part.words, parts, at))
  }
  if (inside) throw new TemplateError('unexpected EOF')
  return nodes
}

function parseAction(words: readonly string[], parts: readonly Part[], at: { index: number }): Node {
  const [first = ''] = words
  if (first === '') throw new TemplateError('missing value for command')
  if (first === 'range' || first === 'if' || first === 'with') return parseBlock(first, words.slice(1), parts, at)
  if (['template', 'block', 'define', 'break', 'continue'].includes(first))
    throw new UnsupportedError(`{{${first}}} in a template of docker`)
  const [variables, rest] = variablesOf(words)
  const of = parsePipeline(rest)
  return variables.length === 0 ? { kind: 'show', of } : { kind: 'set', variable: variables[0]!, of }
}

function parseBlock(
  kind: 'range' | 'if' | 'with',
  words: readonly string[],
  parts: readonly Part[],
  at: { index: number },
): Node {
  const [variables, rest] = variablesOf(words)
  const of = parsePipeline(rest)
  const body = parseNodes(parts, at, true)
  let otherwise: Node[] = []
  const part = parts[at.index++] as { readonly words: readonly string[] }
  if (part.words[0] === 'else') {
    const more = part.words.slice(1).filter((word) => word !== ' ')
    if (more[0] === 'if' || more[0] === 'with')
      return { kind, of, variables, body, otherwise: [parseBlock(more[0], part.words.slice(3), parts, at)] }
    otherwise = parseNodes(parts, at, true)
    at.index++
  }
  return { kind, of, variables, body, otherwise }
}

/** `$x :=`, `$key, $value :=` */
function variablesOf(words: readonly string[]): [string[], readonly string[]] {
  const sign = words.indexOf(':=')
  if (sign < 0) return [[], words]
  return [words.slice(0, sign).filter((word) => word.startsWith('$')), words.slice(sign + 1)]
}

function parsePipeline(words: readonly string[]): Pipeline {
  const at = { index: 0 }
  const pipeline = parseCommands(words, at)
  if (at.index < words.length) throw new TemplateError(`unexpected ${JSON.stringify(words[at.index])} in command`)
  return pipeline
}

function parseCommands(words: readonly string[], at: { index: number }): Pipeline {
  const commands: Expression[][] = []
  let command: Expression[] = []
  const finish = (): void => {
    if (command.length === 0) throw new TemplateError('missing value for command')
    commands.push(command)
    command = []
  }
  for (; at.index < words.length; at.index++) {
    const word = words[at.index]!
    if (word === ')') break
    if (word === ' ') continue
    if (word === '|') finish()
    else command.push(parseTerm(words, at))
  }
  finish()
  return commands
}

function parseTerm(words: readonly string[], at: { index: number }): Expression {
  const word = words[at.index]!
  const fields = (): string[] => {
    const names: string[] = []
    while (/^\..+/.test(words[at.index + 1] ?? '')) names.push(words[++at.index]!.slice(1))
    return names
  }
  if (word === '(') {
    at.index++
    const of = parseCommands(words, at)
    if (words[at.index] !== ')') throw new TemplateError('unclosed left paren')
    return { kind: 'group', of, names: fields() }
  }
  if (word.startsWith('"')) return { kind: 'value', value: JSON.parse(word) as string }
  if (word.startsWith('`')) return { kind: 'value', value: word.slice(1, -1) }
  if (/^-?\d/.test(word)) return { kind: 'value', value: Number(word) }
  if (word === '.') return { kind: 'path', from: '.', names: [] }
  if (word.startsWith('.')) return { kind: 'path', from: '.', names: [word.slice(1), ...fields()] }
  if (word.startsWith('$')) return { kind: 'path', from: word, names: fields() }
  if (word === 'true' || word === 'false') return { kind: 'value', value: word === 'true' }
  if (word === 'nil') return { kind: 'value', value: null }
  return { kind: 'function', name: knownFunction(word) }
}

interface Scope {
  readonly dot: TemplateValue
  readonly root: TemplateValue
  readonly variables: Map<string, TemplateValue>
}

function run(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => runNode(node, scope)).join('')
}

function runNode(node: Node, scope: Scope): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'show':
      return shown(evaluate(node.of, scope))
    case 'set':
      scope.variables.set(node.variable, evaluate(node.of, scope))
      return ''
    case 'if': {
      const value = evaluate(node.of, scope)
      return run(isTrue(value) ? node.body : node.otherwise, inner(scope, scope.dot, node.variables, [value]))
    }
    case 'with': {
      const value = evaluate(node.of, scope)
      if (!isTrue(value)) return run(node.otherwise, scope)
      return run(node.body, inner(scope, value, node.variables, [value]))
    }
    case 'range': {
      const entries = entriesOf(evaluate(node.of, scope))
      if (entries.length === 0) return run(node.otherwise, scope)
      return entries
        .map(([key, value]) => {
          const given = node.variables.length === 1 ? [value] : [key, value]
          return run(node.body, inner(scope, value, node.variables, given))
        })
        .join('')
    }
  }
}

function inner(scope: Scope, dot: TemplateValue, names: readonly string[], values: readonly TemplateValue[]): Scope {
  const variables = new Map(scope.variables)
  names.forEach((name, i) => {
    variables.set(name, values[i] ?? null)
  })
  return { ...scope, dot, variables }
}

/** Maps are walked in the order of their keys. */
function entriesOf(value: TemplateValue): [TemplateValue, TemplateValue][] {
  if (value === null) return []
  if (Array.isArray(value)) return value.map((each: TemplateValue, i) => [i, each])
  if (typeof value !== 'object') throw new TemplateError(`range can't iterate over ${shown(value)}`)
  return Object.entries(value as Record<string, TemplateValue>).sort(([a], [b]) => (a < b ? -1 : 1))
}

function isTrue(value: TemplateValue): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0
  return Boolean(value)
}

function evaluate(pipeline: Pipeline, scope: Scope): TemplateValue {
  let last: TemplateValue | undefined
  for (const command of pipeline) last = evaluateCommand(command, scope, last === undefined ? [] : [last])
  return last ?? null
}

function evaluateCommand(
  [first, ...rest]: readonly Expression[],
  scope: Scope,
  piped: readonly TemplateValue[],
): TemplateValue {
  const args = [...rest.map((term) => termValue(term, scope, [])), ...piped]
  if (first === undefined) return null
  if (first.kind === 'function') return call(first.name, args)
  if (first.kind === 'value' && args.length > 0) throw new TemplateError("can't give argument to non-function")
  return termValue(first, scope, args)
}

function termValue(term: Expression, scope: Scope, args: readonly TemplateValue[]): TemplateValue {
  switch (term.kind) {
    case 'value':
      return term.value
    case 'function':
      return call(term.name, args)
    case 'group':
      return follow(evaluate(term.of, scope), term.names, args)
    case 'path': {
      if (term.from === '.') return follow(scope.dot, term.names, args)
      if (term.from === '$') return follow(scope.root, term.names, args)
      const value = scope.variables.get(term.from)
      if (value === undefined) throw new TemplateError(`undefined variable ${JSON.stringify(term.from)}`)
      return follow(value, term.names, args)
    }
  }
}

function follow(from: TemplateValue, names: readonly string[], args: readonly TemplateValue[]): TemplateValue {
  let value = from
  names.forEach((name, i) => {
    const found =
      value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, name)
        ? (value as Record<string, TemplateValue | Method>)[name]!
        : unknownField(names.slice(0, i + 1))
    value = typeof found === 'function' ? found(...(i === names.length - 1 ? args : [])) : found
  })
  return value
}

function unknownField(names: readonly string[]): never {
  const path = `.${names.join('.')}`
  if (path === '.NetworkSettings.IPAddress' || path === '.NetworkSettings.Gateway') {
    throw new UnsupportedError(`${path} (Docker 29 has it no more)`, {
      hint: `write {{range .NetworkSettings.Networks}}{{.${names[1]}}}{{end}}`,
    })
  }
  throw new UnsupportedError(`${path} in a template of docker`, { hint: 'docker inspect prints what there is' })
}

const FUNCTIONS: Readonly<Record<string, Method>> = {
  json: (value) => JSON.stringify(value ?? null),
  join: (list, separator = '') => (list as readonly string[]).join(String(separator)),
  lower: (text) => String(text).toLowerCase(),
  upper: (text) => String(text).toUpperCase(),
  split: (text, separator) => String(text).split(String(separator)),
  truncate: (text, length) => [...String(text)].slice(0, Number(length)).join(''),
  println: (...values) => `${values.map(shown).join(' ')}\n`,
  print: (...values) => values.map(shown).join(''),
  printf: (format, ...values) => printed(String(format), values),
  len: (value) => (typeof value === 'string' ? value.length : entriesOf(value ?? null).length),
  index: (value, ...keys) => keys.reduce<TemplateValue>(itemOf, value ?? null),
  not: (value) => !isTrue(value ?? null),
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1) ?? null,
  or: (...values) => values.find(isTrue) ?? values.at(-1) ?? null,
  eq: (value, ...others) => others.includes(value ?? null),
  ne: (one, other) => one !== other,
  lt: (one, other) => one! < other!,
  le: (one, other) => one! <= other!,
  gt: (one, other) => one! > other!,
  ge: (one, other) => one! >= other!,
}

function call(name: string, args: readonly TemplateValue[]): TemplateValue {
  return FUNCTIONS[name]!(...args)
}

/** @throws TemplateError there is none @throws UnsupportedError */
function knownFunction(name: string): string {
  if (['title', 'pad', 'slice', 'html', 'js', 'urlquery', 'call', 'table'].includes(name))
    throw new UnsupportedError(`the function ${name} in a template of docker`)
  if (!Object.hasOwn(FUNCTIONS, name)) throw new TemplateError(`function ${JSON.stringify(name)} not defined`)
  return name
}

function itemOf(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (Array.isArray(value)) {
    if (typeof key === 'number' && key >= 0 && key < value.length) return value[key] as TemplateValue
    throw new TemplateError(`error calling index: index out of range: ${shown(key)}`)
  }
  if (value === null || typeof value !== 'object')
    throw new TemplateError(`error calling index: can't index ${shown(value)}`)
  return ((value as Record<string, TemplateValue>)[String(key)] ?? null) as TemplateValue
}

function shown(value: TemplateValue): string {
  if (value === null) return '<no value>'
  if (typeof value !== 'object') return String(value)
  throw new UnsupportedError('a whole structure printed by a template of docker', { hint: 'write {{json …}}' })
}

function printed(format: string, values: readonly TemplateValue[]): string {
  const rest = [...values]
  return format.replace(/%(-?\d*)([svdqt%])/g, (whole, width: string, verb: string) => {
    if (verb === '%') return '%'
    if (rest.length === 0) throw new UnsupportedError(`printf ${whole} without a value in a template of docker`)
    const text = verb === 'q' ? JSON.stringify(rest.shift()) : shown(rest.shift()!)
    const columns = Math.abs(Number(width))
    return width.startsWith('-') ? text.padEnd(columns) : text.padStart(columns)
  })
}
