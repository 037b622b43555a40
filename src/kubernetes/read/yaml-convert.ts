import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import { isMapping, MAX_DEPTH } from './document.ts'
import { resolvePlainScalar, resolveTaggedScalar, type ScalarValue } from './yaml-scalar.ts'

/** A YAML text whose syntax is right and that cannot be taken as data. */
export class YamlContentError extends Error {
  readonly code: string
  readonly offset: number

  constructor(code: string, message: string, node: { range?: readonly number[] | null } | null) {
    super(message)
    this.code = code
    this.offset = node?.range?.[0] ?? 0
  }
}

/** A key that stands twice in one mapping. The last one counts. */
export interface DuplicateKey {
  readonly key: string
  readonly offset: number
}

interface Anchor {
  value: unknown
  /** Nodes that it stands for, with aliases inside counted out. */
  size: number
  finished: boolean
}

/** go-yaml's measure against YAML bombs (`allowedAliasRatio`, goyaml.v2/decode.go): how much of the whole may come from aliases. */
function allowedAliasRatio(decoded: number): number {
  const low = 400_000
  const high = 4_000_000
  if (decoded <= low) return 0.99
  if (decoded >= high) return 0.1
  return 0.99 - (0.89 * (decoded - low)) / (high - low)
}

/**
 * Turns the nodes of one document into plain data, as go-yaml v2 does. The document must have been parsed with the failsafe
 * schema, so that every scalar is still text. An alias gives the same object again, not a copy: bombs cost nothing.
 */
export class YamlConverter {
  readonly duplicates: DuplicateKey[] = []
  readonly #anchors = new Map<string, Anchor>()
  #decoded = 0
  #aliased = 0
  #depth = 0

  /** @throws YamlContentError */
  convert(node: Node | ParsedNode | null): unknown {
    this.#decoded++
    if (node === null) return null
    if (isAlias(node)) return this.#alias(node.source, node)
    const anchor = this.#open(node)
    if (++this.#depth > MAX_DEPTH) {
      throw new YamlContentError('NESTED_TOO_DEEP', `values nest more than ${MAX_DEPTH} levels deep`, node)
    }
    const before = this.#decoded
    const value = this.#value(node)
    this.#depth--
    if (anchor !== undefined) {
      anchor.value = value
      anchor.size = this.#decoded - before + 1
      anchor.finished = true
    }
    return value
  }

  #open(node: Node): Anchor | undefined {
    const name = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined
    if (name === undefined) return undefined
    const anchor: Anchor = { value: undefined, size: 0, finished: false }
    this.#anchors.set(name, anchor)
    return anchor
  }

  #value(node: Node): unknown {
    if (isScalar(node)) return this.#scalar(node)
    if (isSeq(node)) return node.items.map((item) => this.convert(item as Node | null))
    if (isMap(node)) return this.#mapping(node)
    throw new YamlContentError('BAD_YAML', 'a key and value stand where one value must be', node)
  }

  #alias(name: string, node: Node): unknown {
    const anchor = this.#anchors.get(name)
    if (anchor === undefined) throw new YamlContentError('BAD_YAML', `unknown anchor "${name}" referenced`, node)
    if (!anchor.finished) throw new YamlContentError('CYCLIC_ANCHOR', `anchor "${name}" contains itself`, node)
    this.#decoded += anchor.size
    this.#aliased += anchor.size
    if (
      this.#aliased > 100 &&
      this.#decoded > 1000 &&
      this.#aliased / this.#decoded > allowedAliasRatio(this.#decoded)
    ) {
      throw new YamlContentError('YAML_BOMB', 'the document contains excessive aliasing', node)
    }
    return anchor.value
  }

  #scalar(node: Scalar): ScalarValue {
    if (typeof node.value !== 'string') return null
    if (node.tag !== undefined && node.tag !== '!') {
      const value = resolveTaggedScalar(node.value, node.tag)
      if (value !== undefined) return value
      const type = node.tag.slice(node.tag.lastIndexOf(':') + 1)
      throw new YamlContentError('BAD_YAML', `cannot decode ${JSON.stringify(node.value)} as a !!${type}`, node)
    }
    return node.type === 'PLAIN' && node.tag === undefined ? resolvePlainScalar(node.value) : node.value
  }

  /** Merge keys act where they stand: what comes later overrides, also a merge (`mapping` and `merge`, goyaml.v2/decode.go). */
  #mapping(node: YAMLMap): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    let merged: Set<string> | undefined
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      if (isMergeKey(pair.key)) {
        merged ??= new Set()
        this.#merge(pair.value, out, merged)
        continue
      }
      const key = this.#key(pair.key, node)
      if (Object.hasOwn(out, key) && merged?.has(key) !== true) {
        this.duplicates.push({ key, offset: pair.key?.range?.[0] ?? 0 })
      }
      merged?.delete(key)
      out[key] = this.convert(pair.value)
    }
    return out
  }

  #key(node: Node | null, mapping: YAMLMap): string {
    const value = this.convert(node)
    if (value === '__proto__') throw new YamlContentError('PROTO_KEY', 'a field cannot be called "__proto__"', node)
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw new YamlContentError('BAD_YAML', 'a field name must be text', node ?? mapping)
  }

  #merge(node: Node | null, out: Record<string, unknown>, merged: Set<string>): void {
    const value = this.convert(node)
    // Of a list, the earlier one counts: so it is written last.
    const sources = Array.isArray(value) ? value.toReversed() : [value]
    for (const source of sources) {
      if (!isMapping(source)) {
        throw new YamlContentError('BAD_YAML', 'map merge requires map or sequence of maps as the value', node)
      }
      for (const [key, inner] of Object.entries(source)) {
        out[key] = inner
        merged.add(key)
      }
    }
  }
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.value === '<<' && node.type === 'PLAIN'
}
