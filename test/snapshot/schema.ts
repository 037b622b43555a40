import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const SCHEMA = new URL('../../docs/snapshot.schema.json', import.meta.url)
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')),
)

/** What the schema has against a snapshot; empty when it is right. */
export function schemaErrors(snapshot: unknown): string[] {
  if (validate(JSON.parse(JSON.stringify(snapshot)))) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
