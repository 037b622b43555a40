import { field, list, mapping, type Reader, text } from './values.ts'

interface Condition {
  readonly type: string
  readonly status: string
}

const condition: Reader<Condition> = (value, context) => {
  const fields = mapping(value, context)
  const type = field(fields, 'type', text, context)
  const status = field(fields, 'status', text, context)
  return type === undefined || status === undefined ? undefined : { type, status }
}

/** The conditions of these types. */
export function conditionsOf(...types: readonly string[]): Reader<readonly Condition[]> {
  return (value, context) => list(condition)(value, context).filter(({ type }) => types.includes(type))
}
