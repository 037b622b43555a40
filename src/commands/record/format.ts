import { KubehopError } from '../../packet/errors.ts'
import { spacedJson } from './json.ts'
import { type LabRecord, SECTIONS } from './types.ts'

/** A record as readable JSON: one line for each element of a list, so that a change in behaviour is a change of few lines. */
export function formatRecord(record: LabRecord): string {
  const keys: (keyof LabRecord)[] = ['lab', 'story', 'seconds', ...SECTIONS]
  return `{\n${keys.map((key) => ` ${JSON.stringify(key)}: ${formatSection(record[key])}`).join(',\n')}\n}\n`
}

function formatSection(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : formatList(value, ' ')
  if (typeof value !== 'object' || value === null) return spacedJson(value)
  const parts = Object.entries(value).map(([name, item]) => {
    const text = Array.isArray(item) && item.length > 0 ? formatList(item, '  ') : spacedJson(item)
    return `  ${JSON.stringify(name)}: ${text}`
  })
  return parts.length === 0 ? '{}' : `{\n${parts.join(',\n')}\n }`
}

function formatList(items: readonly unknown[], indent: string): string {
  return `[\n${items.map((item) => `${indent} ${spacedJson(item)}`).join(',\n')}\n${indent}]`
}

/** Reads a record. @throws KubehopError `BAD_RECORD` when it is not JSON or a part is missing. */
export function parseRecord(text: string, file?: string): LabRecord {
  const where = file === undefined ? {} : { where: { file } }
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch (cause) {
    throw new KubehopError('BAD_RECORD', 'the record is not JSON', { ...where, cause })
  }
  const missing = SECTIONS.filter((section) => typeof (record as Partial<LabRecord> | null)?.[section] !== 'object')
  if (missing.length > 0) {
    throw new KubehopError('BAD_RECORD', `the record has no ${missing.join(', ')}`, {
      ...where,
      hint: 'record the lab again',
    })
  }
  return record as LabRecord
}
