import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problems } from '../../../src/kubernetes/problems.ts'
import { JsonReader, looksLikeJson } from '../../../src/kubernetes/read/json.ts'
import { JsonScanner, JsonSyntaxError } from '../../../src/kubernetes/read/json-scanner.ts'

function parse(text: string) {
  const problems = new Problems()
  const documents = new JsonReader('a.json', text, problems).documents()
  const found = problems.problems.map(({ code, where, message }) => `${where.line} ${code} ${message}`)
  return { documents, values: documents?.map(({ value }) => value), problems: found }
}

describe('JSON documents', () => {
  it('are guessed by their first character', () => {
    expect(looksLikeJson(' \n{"a": 1}')).toBe(true)
    expect(looksLikeJson('[1]')).toBe(true)
    expect(looksLikeJson('a: {}')).toBe(false)
    expect(looksLikeJson('')).toBe(false)
  })

  it('may come one after the other', () => {
    expect(parse('{"a": 1}').values).toEqual([{ a: 1 }])
    expect(parse('{"a": 1}\n{"b": 2}{"c": "}"}\n').values).toEqual([{ a: 1 }, { b: 2 }, { c: '}' }])
  })

  it('tell where they break', () => {
    expect(parse('{\n  "a": 1,\n  "b": x\n}').problems).toEqual(['3 BAD_JSON this is not JSON: unexpected "x"'])
    expect(parse('{"a": 1}\n{"b": "').problems).toEqual(['2 BAD_JSON this is not JSON: a string has no end'])
    expect(parse('{"a": 1').problems).toEqual(['1 BAD_JSON this is not JSON: the text ends too early'])
    expect(parse(' [\n\t[ ['.repeat(400)).problems).toEqual([
      '1 NESTED_TOO_DEEP values nest more than 1000 levels deep',
    ])
    expect(parse('{"a": 1,}').problems).toEqual(['1 BAD_JSON this is not JSON: unexpected "}"'])
  })

  it('are left to YAML when they are YAML documents', () => {
    for (const text of ['{"a": 1}\n---\n{"b": 2}', '{"a": 1}\n---\nb: 2', '{"a": 1}\n{"b": 2}\n---']) {
      expect(parse(text)).toMatchObject({ documents: undefined, problems: [] })
    }
    expect(parse('{"a": 1}\n-- x').problems).toEqual(['2 BAD_JSON this is not JSON: unexpected "-"'])
  })

  it('are left to YAML when they are flow mappings', () => {
    expect(parse('{a: 1}').documents).toBeUndefined()
    expect(parse('{a: 1}').problems).toEqual([])
  })

  it('cannot hold __proto__ as a field name', () => {
    expect(parse('{"a": [\n{"__proto__": {}}]}').problems).toEqual(['2 PROTO_KEY a field cannot be called "__proto__"'])
    expect(parse('{"a": "__proto__"}').problems).toEqual([])
  })

  it('may nest as deep as they like without a crash', () => {
    const depth = 200_000
    const { values, problems } = parse(`{"a":${'['.repeat(depth)}"__proto__"${']'.repeat(depth)}}`)
    expect(values ?? problems).toHaveLength(1)
    expect(parse('['.repeat(depth)).problems).toHaveLength(1)
  })
})

describe('lines of JSON fields', () => {
  const [document] = parse('{\n"kind": "List",\n"items": [\n  {"a": {"b": 1}},\n  {"a":\n    {"b":\n 2}}\n]\n}')
    .documents!

  it.each<[(string | number)[], number]>([
    [[], 1],
    [['kind'], 2],
    [['items', 0], 4],
    [['items', 1], 5],
    [['items', 1, 'a', 'b'], 7],
    [['items', 1, 'a', 'nothing'], 6],
    [['items', 9], 3],
    [['nothing'], 1],
    [['kind', 'x'], 2],
    [['kind', 0], 2],
  ])('of %j is %d', (path, line) => {
    expect(document!.lineAt(path)).toBe(line)
  })
})

describe('JsonScanner', () => {
  const json = fc.jsonValue()

  it('finds the end of every value that JSON.stringify writes', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(new JsonScanner(` ${text} x`).skipValue(0)).toBe(text.length + 1)
      }),
    )
  })

  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        json,
        fc.nat(),
        fc.constantFrom('', 'x', ',', '"', '}', ']', '\n', '0', '\\'),
        (value, at, insert) => {
          const text = JSON.stringify(value)
          const cut = at % (text.length + 1)
          const broken = `${text.slice(0, cut)}${insert}${text.slice(cut + 1)}`
          const scanner = new JsonScanner(broken)
          const scans = () => scanner.skipBlank(scanner.skipValue(0)) === broken.length
          let parses = true
          try {
            JSON.parse(broken)
          } catch {
            parses = false
          }
          let scanned = false
          try {
            scanned = scans()
          } catch (error) {
            expect(error).toBeInstanceOf(JsonSyntaxError)
          }
          // Escapes are looked at by JSON.parse alone.
          if (parses) expect(scanned).toBe(true)
          else if (!broken.includes('\\')) expect(scanned).toBe(false)
        },
      ),
    )
  })

  it('finds fields by their unescaped names, the last of equal ones', () => {
    const scanner = new JsonScanner('{"a": 1, "\\u0061": 2}')
    expect(scanner.find(0, ['a'])).toBe(19)
  })
})
