import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { schemaErrorsOf } from './schema.ts'

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8')
const DOC = read('trace-format.md')
const SCHEMA = JSON.parse(read('trace.schema.json')) as { properties: object; $defs: Record<string, Definition> }

interface Definition {
  readonly oneOf?: readonly { readonly $ref: string }[]
  readonly properties?: Readonly<Record<string, { readonly const?: unknown; readonly enum?: readonly unknown[] }>>
}

/** Parts of a trace with a heading of their own; below `### kind` there is a step. */
const PARTS: Readonly<Record<string, string>> = {
  'A packet': 'packet',
  'A translation': 'translation',
  'A rule': 'rule',
  'A near miss': 'nearMiss',
  'A draw': 'draw',
  "What kube-proxy's rules did": 'kubeProxy',
  'Journeys of a script': 'script',
}

/** Examples, and the part of the schema that each is for. */
const EXAMPLES = DOC.split(/^(?=##)/m).flatMap((section) => {
  const [, heading = ''] = /^#+ (.*)$/m.exec(section) ?? []
  return [...section.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => ({
    part: PARTS[heading] ?? 'step',
    text,
  }))
})

/** Kinds of steps by the schema. */
const KINDS = SCHEMA.$defs.step!.oneOf!.flatMap(({ $ref }) => {
  const { kind } = SCHEMA.$defs[$ref.replace('#/$defs/', '')]!.properties!
  return kind?.enum ?? [kind?.const]
})

describe('docs/trace-format.md', () => {
  it.each(EXAMPLES)('has a right example of a $part', ({ part, text }) => {
    expect(schemaErrorsOf(part, JSON.parse(text))).toEqual([])
  })

  it('has a section and an example for each kind of step', () => {
    const sections = [...DOC.matchAll(/^### `(\w+)`$/gm)].map(([, kind]) => kind)
    expect(sections).toEqual(expect.arrayContaining(KINDS))
    const shown = EXAMPLES.filter(({ part }) => part === 'step').map(
      ({ text }) => (JSON.parse(text) as { kind: string }).kind,
    )
    expect(shown).toEqual(sections)
  })

  it('names every field', () => {
    const fields = new Set([
      ...Object.keys(SCHEMA.properties),
      ...Object.values(SCHEMA.$defs).flatMap(({ properties = {} }) => Object.keys(properties)),
    ])
    const missing = [...fields].filter((field) => !DOC.includes(`\`${field}\``) && !DOC.includes(`"${field}"`))
    expect(missing).toEqual([])
  })

  it('names every disposition', () => {
    const { enum: dispositions } = (SCHEMA.$defs as unknown as Record<string, { enum: string[] }>).disposition!
    for (const disposition of dispositions) expect(DOC).toMatch(new RegExp(`^\\| \`${disposition}\` \\|`, 'm'))
  })
})
