import type { Problems } from '../problems.ts'
import { type Document, isMapping, type PathStep } from './document.ts'
import { JsonReader, looksLikeJson } from './json.ts'
import { DEFAULT_MAX_INPUT, type InputText, textOf } from './text.ts'
import type { Fields } from './values.ts'
import { yamlDocuments } from './yaml.ts'

/** An object as plain data, and where it stands. */
export interface RawObject {
  readonly document: Document
  /** The way from the document to the object, through lists. */
  readonly path: readonly PathStep[]
  readonly apiVersion: string
  readonly kind: string
  readonly fields: Fields
}

/** Lists in lists nest no deeper than this. kubectl makes one level. */
const MAX_LISTS = 8

function* documentsOf(input: InputText, maxInput: number, problems: Problems): Generator<Document> {
  const text = textOf(input, maxInput, problems)
  if (text === undefined) return
  if (looksLikeJson(text)) {
    const documents = new JsonReader(input.name, text, problems).documents()
    if (documents !== undefined) {
      yield* documents
      return
    }
  }
  yield* yamlDocuments(input.name, text, problems)
}

/** The objects of one input: of each document, and of the lists in it. What is no object is recorded as a problem. */
export function* rawObjects(input: InputText, problems: Problems, maxInput = DEFAULT_MAX_INPUT): Generator<RawObject> {
  for (const document of documentsOf(input, maxInput, problems))
    yield* objectsIn(document, document.value, [], undefined, problems)
}

function* objectsIn(
  document: Document,
  value: unknown,
  path: readonly PathStep[],
  list: { apiVersion: string; kind: string } | undefined,
  problems: Problems,
): Generator<RawObject> {
  const fail = (message: string, hint?: string) => {
    const line = document.lineAt(path)
    const where = { file: document.file, ...(line === undefined ? {} : { line }) }
    problems.add({ code: 'NOT_AN_OBJECT', where, message, hint })
  }
  if (!isMapping(value)) {
    fail(`this is no Kubernetes object but ${Array.isArray(value) ? 'a list' : 'plain text'}`)
    return
  }
  // The items of raw API answers have no kind of their own: they are what the list is a list of.
  const kind = value.kind ?? list?.kind
  const apiVersion = value.apiVersion ?? list?.apiVersion
  if (typeof kind !== 'string' || kind === '') {
    fail('this object has no kind', 'every object has apiVersion, kind and metadata')
    return
  }
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    fail(`this ${kind} has no apiVersion`, 'every object has apiVersion, kind and metadata')
    return
  }
  if (!kind.endsWith('List') || !('items' in value)) {
    yield { document, path, apiVersion, kind, fields: value }
    return
  }
  if (path.length > 2 * MAX_LISTS) {
    fail(`lists nest more than ${MAX_LISTS} levels deep`)
    return
  }
  const items = value.items ?? []
  if (!Array.isArray(items)) {
    fail(`the items of this ${kind} are no list`)
    return
  }
  const own = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) }
  for (let i = 0; i < items.length; i++) yield* objectsIn(document, items[i], [...path, 'items', i], own, problems)
}
