import type { NamespacedMeta, ObjectMeta, ObjectSource, OwnerReference } from '../objects/meta.ts'
import type { ReadContext } from './context.ts'
import { META_FIELDS, noteUnknownFields } from './known-fields.ts'
import { checkLabels, dnsLabel } from './names.ts'
import { boolean, type Fields, field, listField, mapping, NO_STRINGS, type Reader, text, texts } from './values.ts'

const ownerReference: Reader<OwnerReference> = (value, context) => {
  const fields = mapping(value, context)
  const kind = field(fields, 'kind', text, context)
  const name = field(fields, 'name', text, context)
  if (kind === undefined || name === undefined) return undefined
  return {
    kind,
    name,
    uid: field(fields, 'uid', text, context),
    controller: field(fields, 'controller', boolean, context) ?? false,
  }
}

/** Labels of an object or a template. */
export const labels: Reader<Readonly<Record<string, string>>> = (value, context) => {
  const map = texts(value, context)
  if (map !== undefined) checkLabels(map, context)
  return map
}

/** The metadata, but for the namespace. `name` judges the name. */
export function readMeta(fields: Fields, name: Reader<string>, context: ReadContext): ObjectMeta {
  const meta = field(fields, 'metadata', mapping, context)
  context.enter('metadata')
  if (meta !== undefined) noteUnknownFields(meta, META_FIELDS, context)
  const known = field(meta, 'name', name, context)
  if (known === '' || (known === undefined && isAbsent(meta?.name)))
    context.problem('name must be given', nameHint(meta))
  const result: ObjectMeta = {
    name: known ?? '',
    labels: field(meta, 'labels', labels, context) ?? NO_STRINGS,
    annotations: field(meta, 'annotations', texts, context) ?? NO_STRINGS,
    uid: field(meta, 'uid', text, context),
    deletionTimestamp: field(meta, 'deletionTimestamp', text, context),
    ownerReferences: listField(meta, 'ownerReferences', ownerReference, context),
  }
  context.leave()
  return result
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}

function nameHint(meta: Fields | undefined): string | undefined {
  return meta !== undefined && 'generateName' in meta ? 'generateName is no name yet' : undefined
}

/** The metadata of what lives in a namespace. */
export function readNamespacedMeta(fields: Fields, name: Reader<string>, context: ReadContext): NamespacedMeta {
  const meta = readMeta(fields, name, context)
  const namespace = namespaceOf(fields, context)
  return { ...meta, namespace }
}

function namespaceOf(fields: Fields, context: ReadContext): string {
  const meta = field(fields, 'metadata', mapping, context)
  context.enter('metadata')
  const namespace = field(meta, 'namespace', dnsLabel, context)
  context.leave()
  return namespace === undefined || namespace === '' ? context.namespace : namespace
}

/** Where the object stands. A line costs a walk over JSON text, so there only errors have one. */
export function sourceOf(context: ReadContext): ObjectSource {
  return { file: context.file, line: context.cheapLine }
}
