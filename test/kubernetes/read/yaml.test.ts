import { describe, expect, it } from 'vitest'
import { Problems } from '../../../src/kubernetes/problems.ts'
import { yamlDocuments } from '../../../src/kubernetes/read/yaml.ts'

function parse(text: string) {
  const problems = new Problems()
  const documents = [...yamlDocuments('a.yaml', text, problems)]
  const found = problems.problems.map(({ code, where, message }) => `${where.line} ${code} ${message}`)
  return { documents, values: documents.map(({ value }) => value), problems: found, notes: problems.notes }
}

describe('documents', () => {
  it('come in their order, without the empty ones', () => {
    const text = '# first\n---\n\n---\na: 1\n--- # comment\nb: 2\n---\n# nothing\n---\n~\n--- {c: 3}\n...\n---\nd: 4\n'
    expect(parse(text).values).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }, { d: 4 }])
  })

  it('may begin with directives', () => {
    expect(parse('%YAML 1.1\n---\na: 1\n').values).toEqual([{ a: 1 }])
  })

  it('may have carriage returns', () => {
    expect(parse('a: 1\r\n---\r\nb: x\r\n').values).toEqual([{ a: 1 }, { b: 'x' }])
  })

  it('are not split inside block scalars', () => {
    expect(parse('a: |\n  x\n  ---\n  y\nb: 1\n').values).toEqual([{ a: 'x\n---\ny\n', b: 1 }])
  })

  it('with errors do not hide the others', () => {
    const { values, problems } = parse('a: 1\n---\nb: [1,\n---\nc: "x\n---\nd: 4\n')
    expect(values).toEqual([{ a: 1 }, { d: 4 }])
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/^3 BAD_YAML this is not YAML: /)
  })

  it('tell of tabs as indentation', () => {
    expect(parse('a:\n\tb: 1\n').problems[0]).toMatch(/^2 BAD_YAML .*[Tt]ab/)
  })
})

describe('scalars', () => {
  it('in quotes and blocks are text', () => {
    expect(parse(`a: "yes"\nb: 'null'\nc: |-\n  80\nd: >-\n  on\ne: ! 80`).values).toEqual([
      { a: 'yes', b: 'null', c: '80', d: 'on', e: '80' },
    ])
  })

  it('with tags are what these say', () => {
    expect(parse('a: !!str 80\nb: !!int "80"\nc: !own 1').values).toEqual([{ a: '80', b: 80, c: '1' }])
    expect(parse('a: 1\nb: !!int x').problems).toEqual(['2 BAD_YAML cannot decode "x" as a !!int'])
  })
})

describe('field names', () => {
  it('that are no text become text', () => {
    expect(parse('8080: a\ntrue: b\n1.5: c').values).toEqual([{ '8080': 'a', true: 'b', '1.5': 'c' }])
    // y is a boolean to go-yaml: the well-known trap.
    expect(parse('y: 1').values).toEqual([{ true: 1 }])
  })

  it('cannot be lists or nothing', () => {
    expect(parse('? [a]\n: 1').problems).toEqual(['1 BAD_YAML a field name must be text'])
    expect(parse('~: 1').problems).toEqual(['1 BAD_YAML a field name must be text'])
  })

  it('cannot be __proto__', () => {
    const { values, problems } = parse('a: 1\nb:\n  "__proto__": {polluted: true}\n')
    expect(values).toEqual([])
    expect(problems).toEqual(['3 PROTO_KEY a field cannot be called "__proto__"'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('that stand twice are told of, and the last one counts', () => {
    const { values, notes } = parse('a: 1\nb: 2\na: 3\n')
    expect(values).toEqual([{ a: 3, b: 2 }])
    expect(notes).toEqual([
      {
        code: 'DUPLICATE_KEY',
        text: 'field "a" stands twice in one mapping: the last one counts',
        where: { file: 'a.yaml', line: 3 },
        count: 1,
      },
    ])
  })
})

describe('anchors and merge keys', () => {
  it('give the same value again', () => {
    const [value] = parse('a: &x {b: [1]}\nc: *x\n').values as [{ a: unknown; c: unknown }]
    expect(value).toEqual({ a: { b: [1] }, c: { b: [1] } })
    expect(value.a).toBe(value.c)
  })

  it('mean the latest anchor of the name', () => {
    expect(parse('a: &x 1\nb: *x\nc: &x 2\nd: *x').values).toEqual([{ a: 1, b: 1, c: 2, d: 2 }])
  })

  it('do not reach into other documents', () => {
    expect(parse('a: &x 1\n---\nb: *x').problems).toEqual(['3 BAD_YAML unknown anchor "x" referenced'])
  })

  it('merge where they stand, as go-yaml v2 does', () => {
    expect(parse('x: &x {a: 1, b: 1}\nw: {<<: *x, b: 2}\nz: {b: 2, <<: *x}').values).toEqual([
      { x: { a: 1, b: 1 }, w: { a: 1, b: 2 }, z: { a: 1, b: 1 } },
    ])
    expect(parse('x: {<<: {b: 1}, b: 2}').notes).toEqual([])
  })

  it('merge lists, the earlier one first', () => {
    expect(parse('x: {<<: [{a: 1}, {a: 2, b: 2}]}').values).toEqual([{ x: { a: 1, b: 2 } }])
  })

  it('merge nothing but mappings', () => {
    expect(parse('x:\n  <<: 5').problems).toEqual([
      '2 BAD_YAML map merge requires map or sequence of maps as the value',
    ])
  })

  it('are plain names in quotes', () => {
    expect(parse('x: {"<<": {a: 1}}').values).toEqual([{ x: { '<<': { a: 1 } } }])
  })

  it('cannot contain themselves', () => {
    expect(parse('a: 1\nb: &b\n  c: *b\n').problems).toEqual(['3 CYCLIC_ANCHOR anchor "b" contains itself'])
    expect(parse('&a [*a]').problems).toEqual(['1 CYCLIC_ANCHOR anchor "a" contains itself'])
    expect(parse('&a {<<: *a}').problems).toEqual(['1 CYCLIC_ANCHOR anchor "a" contains itself'])
  })

  it('cannot make a bomb', () => {
    const letters = 'abcdefghi'.split('')
    const levels = letters.map((name, i) => {
      const inner = i === 0 ? '"lol"' : `*${letters[i - 1]}`
      return `${name}: &${name} [${Array(9).fill(inner).join(',')}]`
    })
    expect(parse(levels.join('\n')).problems[0]).toMatch(/YAML_BOMB the document contains excessive aliasing/)
  })

  it('may be used a lot within reason', () => {
    const pods = Array.from({ length: 200 }, (_, i) => `- {name: p${i}, labels: *labels}`)
    expect(parse(`labels: &labels {app: web}\npods:\n${pods.join('\n')}`).problems).toEqual([])
  })
})

describe('nesting', () => {
  it.each([
    ['flow lists', '['],
    ['flow mappings', '{a: '],
    ['block lists', '- '],
    ['keys', '? '],
  ])('that is too deep is refused: %s', (_name, opening) => {
    const text = `a: 1\n---\n${opening.repeat(20_000)}`
    expect(parse(text).problems).toEqual(['3 NESTED_TOO_DEEP values nest more than 1000 levels deep'])
  })

  it('that is deep but closed is refused all the same', () => {
    expect(parse(`${'['.repeat(2000)}${']'.repeat(2000)}`).problems[0]).toMatch(/NESTED_TOO_DEEP/)
    expect(parse(`${'['.repeat(500)}${']'.repeat(500)}`).problems).toEqual([])
  })
})

describe('lines', () => {
  const text = 'a: 1\n---\nspec:\n  ports:\n  - name: x\n    port: 80\n  - {name: b,\n     port: 81}\n'

  it.each<[(string | number)[], number]>([
    [[], 3],
    [['spec'], 3],
    [['spec', 'ports'], 4],
    [['spec', 'ports', 0], 5],
    [['spec', 'ports', 0, 'port'], 6],
    [['spec', 'ports', 1], 7],
    [['spec', 'ports', 1, 'port'], 8],
    [['spec', 'ports', 1, 'targetPort'], 7],
    [['spec', 'ports', 7], 4],
    [['spec', 'selector', 'app'], 3],
    [['nothing'], 3],
  ])('of %j is %d', (path, line) => {
    expect(parse(text).documents[1]!.lineAt(path)).toBe(line)
  })

  it('of what an alias stands for is the alias', () => {
    const [document] = parse('x: &x\n  a: 1\ny: *x\n').documents
    expect(document!.lineAt(['y', 'a'])).toBe(3)
  })
})
