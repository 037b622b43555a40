import { formatPath, type PathStep } from '../kubernetes/read/document.ts'
import { JsonScanner, JsonSyntaxError } from '../kubernetes/read/json-scanner.ts'
import { DEFAULT_MAX_INPUT, Lines } from '../kubernetes/read/text.ts'
import { KubehopError } from '../packet/errors.ts'
import { nestsDeeper } from './depth.ts'
import {
  type CommandFailure,
  type HostSnapshot,
  type NamespaceOwner,
  type NamespaceSnapshot,
  SNAPSHOT_VERSION,
  type Snapshot,
} from './format.ts'

/** What tools print nests less than ten levels deep. */
const MAX_DEPTH = 64

/** Where a value stands in the document. */
type Path = readonly PathStep[]

/**
 * Reads a snapshot, the file that `kubehop collect` writes. What it says beyond the format is left out: later versions may add to it.
 *
 * @param file the file's name, for errors
 * @throws KubehopError `SNAPSHOT_TOO_LARGE`, `BAD_JSON`, `BAD_SNAPSHOT` naming line and field, `SNAPSHOT_VERSION`
 */
export function readSnapshot(text: string, file?: string): Snapshot {
  const where = { ...(file !== undefined && { file }) }
  if (text.length > DEFAULT_MAX_INPUT) {
    throw new KubehopError('SNAPSHOT_TOO_LARGE', `the snapshot is larger than ${DEFAULT_MAX_INPUT / 2 ** 20} MB`, {
      where,
    })
  }
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const value = parse(json, where)
  return new Reader(json, where).snapshot(value)
}

/** Is this text, or the beginning of one, a snapshot? */
export function looksLikeSnapshot(text: string): boolean {
  return /^\ufeff?\s{0,100}\{[^{}[\]]{0,200}"format"\s{0,10}:\s{0,10}"kubehop-snapshot"/.test(text.slice(0, 1000))
}

function parse(text: string, where: { readonly file?: string }): unknown {
  if (nestsDeeper(text, MAX_DEPTH)) {
    throw new KubehopError('BAD_JSON', `values nest more than ${MAX_DEPTH} levels deep`, { where })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw syntaxError(text, where)
  }
}

/** JSON.parse does not always say where. */
function syntaxError(text: string, where: { readonly file?: string }): KubehopError {
  const scanner = new JsonScanner(text)
  try {
    scanner.skipValue(0)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const line = new Lines(text).at(error.offset)
    const isCutOff = error.offset >= text.trimEnd().length || !text.trimEnd().endsWith('}')
    const begun = looksLikeSnapshot(text)
    return new KubehopError('BAD_JSON', error.message, {
      where: { ...where, line },
      hint: begun && isCutOff ? 'the file is not complete: collect it again' : whatElse(text),
    })
  }
  return new KubehopError('BAD_JSON', 'this is not JSON: something follows the document', { where })
}

function whatElse(text: string): string {
  return /^\s{0,100}(?:#|\*|-[APN] |Chain )/.test(text.slice(0, 1000))
    ? 'rules of iptables are read by kubehop trace --iptables'
    : 'a snapshot is what kubehop collect writes'
}

class Reader {
  readonly #text: string
  readonly #where: { readonly file?: string }

  constructor(text: string, where: { readonly file?: string }) {
    this.#text = text
    this.#where = where
  }

  snapshot(value: unknown): Snapshot {
    const object = this.#object(value, [])
    const hint = 'a snapshot is what kubehop collect writes'
    if (object.format !== 'kubehop-snapshot') this.#fail(['format'], 'must be "kubehop-snapshot"', hint)
    const version = this.#integer(object.version, ['version'])
    if (version > SNAPSHOT_VERSION) {
      throw new KubehopError(
        'SNAPSHOT_VERSION',
        `this is version ${version} of the format, and this kubehop reads ${SNAPSHOT_VERSION}`,
        { where: this.#whereOf(['version']), hint: 'a newer kubehop has written it: npm install kubehop@latest' },
      )
    }
    if (version !== SNAPSHOT_VERSION) this.#fail(['version'], `must be ${SNAPSHOT_VERSION}`)
    const hosts = this.#list(object.hosts, ['hosts'], (each, path) => this.#host(each, path))
    if (hosts.length === 0) this.#fail(['hosts'], 'is empty')
    return { format: 'kubehop-snapshot', version, hosts }
  }

  #host(value: unknown, path: Path): HostSnapshot {
    const object = this.#object(value, path)
    const namespaces = this.#list(object.namespaces, [...path, 'namespaces'], (each, at) => this.#namespace(each, at))
    this.#unique(namespaces, [...path, 'namespaces'])
    return {
      name: this.#name(object.name, [...path, 'name']),
      ...this.#optional(object, path, 'time', (each, at) => this.#time(each, at)),
      ...this.#optional(object, path, 'kernel', (each, at) => this.#string(each, at)),
      ...this.#optional(object, path, 'tools', (each, at) =>
        this.#record(each, at, (tool, toolAt) => this.#string(tool, toolAt)),
      ),
      namespaces,
      ...this.#optional(object, path, 'failures', (each, at) =>
        this.#list(each, at, (failure, failureAt) => this.#failure(failure, failureAt)),
      ),
    }
  }

  #unique(namespaces: readonly NamespaceSnapshot[], path: Path): void {
    const ids = new Set<number>()
    const names = new Set<string>()
    let host = false
    for (const [i, each] of namespaces.entries()) {
      if (ids.has(each.id)) this.#fail([...path, i, 'id'], `${each.id} is the id of another namespace, too`)
      ids.add(each.id)
      if (each.host === true) {
        if (host) this.#fail([...path, i, 'host'], 'another namespace is the host’s, too')
        host = true
      }
      for (const [j, name] of (each.names ?? []).entries()) {
        if (names.has(name)) this.#fail([...path, i, 'names', j], `${name} is the name of another namespace, too`)
        names.add(name)
      }
    }
  }

  #namespace(value: unknown, path: Path): NamespaceSnapshot {
    const object = this.#object(value, path)
    return {
      id: this.#positive(object.id, [...path, 'id']),
      ...this.#optional(object, path, 'names', (each, at) =>
        this.#list(each, at, (name, nameAt) => this.#name(name, nameAt)),
      ),
      ...this.#optional(object, path, 'host', (each, at) => this.#boolean(each, at)),
      ...this.#optional(object, path, 'owners', (each, at) =>
        this.#list(each, at, (owner, ownerAt) => this.#owner(owner, ownerAt)),
      ),
      prints: this.#record(object.prints, [...path, 'prints'], (each, at) => this.#print(each, at)),
    }
  }

  /** Text, or what a command prints with -j: a list, or an object. */
  #print(value: unknown, path: Path): unknown {
    if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return value
    return this.#fail(path, `must be a text or JSON that a command printed, not ${kindOf(value)}`)
  }

  #owner(value: unknown, path: Path): NamespaceOwner {
    const object = this.#object(value, path)
    const text = (name: string) => this.#optional(object, path, name, (each, at) => this.#name(each, at))
    const { kind } = object
    if (kind !== 'pod' && kind !== 'container') return this.#fail([...path, 'kind'], 'must be "pod" or "container"')
    return {
      kind,
      ...text('name'),
      ...text('namespace'),
      ...text('uid'),
      ...this.#optional(object, path, 'containers', (each, at) =>
        this.#list(each, at, (id, idAt) => this.#name(id, idAt)),
      ),
    }
  }

  #failure(value: unknown, path: Path): CommandFailure {
    const object = this.#object(value, path)
    return {
      ...this.#optional(object, path, 'netns', (each, at) => this.#positive(each, at)),
      command: this.#name(object.command, [...path, 'command']),
      status: this.#integer(object.status, [...path, 'status']),
      ...this.#optional(object, path, 'message', (each, at) => this.#string(each, at)),
    }
  }

  // ---- kinds of values

  #optional<K extends string, T>(
    object: Readonly<Record<string, unknown>>,
    path: Path,
    name: K,
    read: (value: unknown, path: Path) => T,
  ): { readonly [key in K]?: T } {
    // null is how some writers say nothing
    if (!Object.hasOwn(object, name) || object[name] === null) return {}
    return { [name]: read(object[name], [...path, name]) } as { readonly [key in K]?: T }
  }

  #object(value: unknown, path: Path): Readonly<Record<string, unknown>> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>
    }
    return this.#fail(path, `must be an object, not ${kindOf(value)}`)
  }

  /** With the names of the input for keys: nothing is inherited, and `__proto__` is a name like others. */
  #record<T>(value: unknown, path: Path, read: (value: unknown, path: Path) => T): Readonly<Record<string, T>> {
    const record = Object.create(null) as Record<string, T>
    for (const [key, each] of Object.entries(this.#object(value, path))) {
      if (key === '') this.#fail(path, 'has an empty name')
      record[key] = read(each, [...path, key])
    }
    return record
  }

  #list<T>(value: unknown, path: Path, read: (value: unknown, path: Path) => T): readonly T[] {
    if (!Array.isArray(value)) return this.#fail(path, `must be a list, not ${kindOf(value)}`)
    return value.map((each, i) => read(each, [...path, i]))
  }

  #string(value: unknown, path: Path): string {
    return typeof value === 'string' ? value : this.#fail(path, `must be a text, not ${kindOf(value)}`)
  }

  #name(value: unknown, path: Path): string {
    const text = this.#string(value, path)
    return text === '' ? this.#fail(path, 'is empty') : text
  }

  #time(value: unknown, path: Path): string {
    const text = this.#string(value, path)
    const isTime = text.length <= 40 && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)
    return isTime ? text : this.#fail(path, 'must be a time as in RFC 3339: 2026-01-31T12:00:00Z')
  }

  #boolean(value: unknown, path: Path): boolean {
    return typeof value === 'boolean' ? value : this.#fail(path, `must be true or false, not ${kindOf(value)}`)
  }

  #integer(value: unknown, path: Path): number {
    return Number.isSafeInteger(value) ? (value as number) : this.#fail(path, 'must be a whole number')
  }

  #positive(value: unknown, path: Path): number {
    const number = this.#integer(value, path)
    return number > 0 ? number : this.#fail(path, 'must be a whole number above 0')
  }

  #fail(path: Path, problem: string, hint?: string): never {
    throw new KubehopError('BAD_SNAPSHOT', problem, {
      where: this.#whereOf(path),
      ...(hint !== undefined && { hint }),
    })
  }

  #whereOf(path: Path): { readonly file?: string; readonly line: number; readonly field: string } {
    const scanner = new JsonScanner(this.#text)
    const line = new Lines(this.#text).at(scanner.find(0, path))
    return { ...this.#where, line, field: path.length === 0 ? 'the document' : formatPath(path) }
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a${typeof value === 'object' ? 'n' : ''} ${typeof value}`
}
