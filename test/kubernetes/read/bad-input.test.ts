import { describe, expect, it } from 'vitest'
import { readObjects } from '../../../src/kubernetes/index.ts'
import { problems, read } from '../support.ts'

function problemsOf(content: string | Uint8Array, maxInput?: number): string[] {
  return problems(() => readObjects({ name: 'in.yaml', content }, { maxInput }))
}

describe('bad input', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'in.yaml: the input holds no Kubernetes objects'],
    ['blanks and comments', '\n# nothing\n---\n', 'in.yaml: the input holds no Kubernetes objects'],
    [
      'an empty list',
      '{"apiVersion": "v1", "kind": "List", "items": []}',
      'in.yaml: the input holds no Kubernetes objects',
    ],
    [
      'a binary file',
      new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]),
      'in.yaml: the input is not text (it holds a NUL character at offset 4)',
    ],
    ['an image', new Uint8Array([0x89, 0x50, 0x4e, 0x47]), 'in.yaml: the input is not text (not valid UTF-8)'],
    ['plain text', 'hello world', 'in.yaml:1: this is no Kubernetes object but plain text'],
    ['a list', '- a\n- b', 'in.yaml:1: this is no Kubernetes object but a list'],
    ['a number', '42', 'in.yaml:1: this is no Kubernetes object but plain text'],
    [
      'no kind',
      'apiVersion: v1\nmetadata: {name: x}',
      'in.yaml:1: this object has no kind (every object has apiVersion, kind and metadata)',
    ],
    [
      'no apiVersion',
      'kind: Pod',
      'in.yaml:1: this Pod has no apiVersion (every object has apiVersion, kind and metadata)',
    ],
    ['items that are no list', 'apiVersion: v1\nkind: List\nitems: 1', 'in.yaml:1: the items of this List are no list'],
    [
      'an item that is no object',
      'apiVersion: v1\nkind: List\nitems:\n- a',
      'in.yaml:4: this is no Kubernetes object but plain text',
    ],
  ])('%s', (_name, content, message) => {
    expect(problemsOf(content)).toEqual([message])
  })

  it('an empty file among others is a note', () => {
    const objects = readObjects([
      { name: 'a.yaml', content: '' },
      { name: 'b.yaml', content: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}' },
    ])
    expect(objects.notes).toEqual([
      { code: 'EMPTY_INPUT', text: 'an input holds no Kubernetes objects', where: { file: 'a.yaml' }, count: 1 },
    ])
  })

  it('a file over the limit', () => {
    expect(problemsOf('x'.repeat(2000), 1000)).toEqual([
      'in.yaml: the input is 2000 bytes, more than the limit of 1000 bytes (raise the limit (--max-input), or ask kubectl for fewer kinds or one namespace)',
    ])
  })

  it('lists that nest without end', () => {
    let list: object = { apiVersion: 'v1', kind: 'List', items: [] }
    for (let i = 0; i < 50; i++) list = { apiVersion: 'v1', kind: 'List', items: [list] }
    expect(problemsOf(JSON.stringify(list))).toEqual(['in.yaml:1: lists nest more than 8 levels deep'])
  })

  it('lists of the same lists, by aliases', () => {
    const level = (name: string, inner: string) =>
      `${name}: &${name} {apiVersion: v1, kind: List, items: [${Array(10).fill(inner).join(', ')}]}`
    const text = `apiVersion: v1\nkind: List\n${level('a', '{apiVersion: v1, kind: Secret}')}\n${level('b', '*a')}\n${level('c', '*b')}\n${level('d', '*c')}\n${level('e', '*d')}\n${level('f', '*e')}\nitems: [*f]`
    expect(problemsOf(text)[0]).toMatch(/the document contains excessive aliasing/)
  })

  it('fields of the wrong type', () => {
    const text = `apiVersion: v1
kind: Pod
metadata: {name: 5, labels: {a: yes, b: 1.10}, annotations: [x], ownerReferences: {}}
spec:
  hostNetwork: "true"
  nodeName: {a: b}
  containers: {name: c}
status: running`
    expect(problemsOf(text)).toEqual([
      'in.yaml:3 Pod metadata.name: must be text, not the number 5 (put it in quotes)',
      'in.yaml:3 Pod metadata.labels.a: must be text, not the boolean true (put it in quotes: YAML reads yes, no, on, off, y and n as booleans)',
      'in.yaml:3 Pod metadata.labels.b: must be text, not the number 1.1 (put it in quotes)',
      'in.yaml:3 Pod metadata.annotations: must be a mapping, not a list',
      'in.yaml:3 Pod metadata.ownerReferences: must be a list, not a mapping',
      'in.yaml:7 Pod spec.containers: must be a list, not a mapping',
      'in.yaml:6 Pod spec.nodeName: must be text, not a mapping',
      'in.yaml:5 Pod spec.hostNetwork: must be true or false, not the text "true"',
      'in.yaml:8 Pod status: must be a mapping, not the text "running"',
    ])
  })

  it('names that Kubernetes does not allow', () => {
    expect(
      problemsOf('apiVersion: v1\nkind: Service\nmetadata: {name: My_Service}\nspec: {ports: [{port: 1}]}'),
    ).toEqual([
      'in.yaml:3 Service default/My_Service metadata.name: "My_Service" must be a DNS label: lower case letters, digits and "-", at most 63',
    ])
    expect(
      problemsOf('apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\nspec: {containers: [{name: c}]}'),
    ).toEqual(['in.yaml:3 Pod metadata: name must be given (generateName is no name yet)'])
    expect(problemsOf(`apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {"b c": x, ok: "-"}}`)).toEqual([
      'in.yaml:3 Namespace a metadata.labels["b c"]: a label name must be letters, digits, "-", "_" and ".", at most 63, after an optional "DNS-NAME/"',
      'in.yaml:3 Namespace a metadata.labels.ok: a label value must be at most 63 letters, digits, "-", "_" and ".", not "-"',
    ])
  })

  it('labels called as what objects inherit are plain labels', () => {
    const [node] = read(
      'apiVersion: v1\nkind: Node\nmetadata: {name: node, labels: {constructor: x, toString: "1"}}',
    ).nodes
    expect(node!.metadata.labels).toEqual({ constructor: 'x', toString: '1' })
  })
})
