import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const SCHEMA = fileURLToPath(new URL('../../docs/trace.schema.json', import.meta.url))

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')), 'trace')

function compiled(ref: string): ValidateFunction {
  const validate = ajv.getSchema(ref)
  if (validate === undefined) throw new Error(`the schema has no ${ref}`)
  return validate
}

/** What the schema has against a trace; empty when it is right. The trace is looked at as JSON. */
export function schemaErrors(trace: unknown): string[] {
  return errorsOf(compiled('trace'), trace)
}

/** The same for a part of a trace: `step`, `hop`, `translation` … */
export function schemaErrorsOf(part: string, value: unknown): string[] {
  return errorsOf(compiled(`trace#/$defs/${part}`), value)
}

function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(JSON.parse(JSON.stringify(value)))) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
