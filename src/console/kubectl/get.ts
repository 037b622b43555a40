import type { ProgramContext } from '../../commands/index.ts'
import type { ClusterObjects } from '../../kubernetes/index.ts'
import { goJson } from '../../kubernetes/write/go-json.ts'
import { goYaml } from '../../kubernetes/write/go-yaml.ts'
import { type WritableObject, writeObject } from '../../kubernetes/write/index.ts'
import type { Plain } from '../../kubernetes/write/plain.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import type { CommandLine, Flags } from '../pflag.ts'
import { formatLabels } from './columns/cells.ts'
import { KubectlError } from './errors.ts'
import { GLOBAL_FLAGS } from './flags.ts'
import { qualified, type Resource } from './resources.ts'
import { type Found, namespaceOf, readSelection, type Selection, select } from './select.ts'
import { alignColumns } from './table.ts'

const REFUSED = { refused: true } as const
const REFUSED_VALUE = { refused: true, value: true } as const

/** `kubectl get --help` */
export const GET_FLAGS: Flags = {
  ...GLOBAL_FLAGS,
  'all-namespaces': { short: 'A' },
  output: { short: 'o', value: true },
  selector: { short: 'l', value: true },
  'no-headers': {},
  'show-labels': {},
  'show-kind': {},
  'ignore-not-found': {},
  'chunk-size': { value: true },
  'show-managed-fields': {},
  'allow-missing-template-keys': REFUSED,
  'field-selector': REFUSED_VALUE,
  filename: { short: 'f', ...REFUSED_VALUE },
  kustomize: { short: 'k', ...REFUSED_VALUE },
  'label-columns': { short: 'L', ...REFUSED_VALUE },
  'output-watch-events': REFUSED,
  raw: REFUSED_VALUE,
  recursive: { short: 'R', ...REFUSED },
  'server-print': REFUSED,
  'sort-by': REFUSED_VALUE,
  subresource: REFUSED_VALUE,
  template: REFUSED_VALUE,
  watch: { short: 'w', ...REFUSED },
  'watch-only': REFUSED,
}

const FORMATS =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,' +
  'templatefile,wide,yaml'

/** `kubectl get` (kubectl/pkg/cmd/get/get.go). */
export function get(line: CommandLine, home: string, objects: ClusterObjects, context: ProgramContext): number {
  const { flags } = line
  const output = outputOf(line)
  if (line.words.length === 0) {
    throw new KubectlError(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n' +
        'error: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource ' +
        "(e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples",
    )
  }
  const selection = readSelection(line, home)
  for (const warning of warningsOf(selection)) context.stderr.write(`${warning}\n`)
  const { found, errors: missing } = select(objects, selection)
  const errors = flags.has('ignore-not-found') ? [] : missing
  if (output === 'json' || output === 'yaml') {
    if (missing.length === 0 || selection.wishes.length > 1)
      context.stdout.write(asText(output, found, selection, flags.has('ignore-not-found')))
  } else if (output === 'name') {
    for (const { resource, object } of found)
      context.stdout.write(`${qualified(resource, resource.singular)}/${object.metadata.name}\n`)
  } else {
    context.stdout.write(asTables(found, selection, line, output === 'wide'))
    if (found.length === 0 && errors.length === 0 && !flags.has('ignore-not-found'))
      context.stderr.write(`${nothingFound(selection)}\n`)
  }
  for (const { message } of errors) context.stderr.write(`${message}\n`)
  return errors.length === 0 ? 0 : 1
}

/** What the API server says to whoever asks it for something old. */
export function warningsOf({ wishes }: Selection): Set<string> {
  return new Set(wishes.flatMap(({ resource: { warning } }) => (warning === undefined ? [] : [warning])))
}

function outputOf({ flags }: CommandLine): string {
  const output = flags.get('output')
  if (typeof output !== 'string' || ['', 'json', 'name', 'wide', 'yaml'].includes(output)) return String(output ?? '')
  const [format = ''] = output.split('=')
  if (FORMATS.split(',').includes(format))
    throw new UnsupportedError(`kubectl get -o ${format}`, { hint: 'there are wide, yaml, json and name' })
  throw new KubectlError(
    `error: unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${FORMATS}`,
  )
}

export function nothingFound({ wishes, namespace }: Selection): string {
  const namespaced = wishes.every(({ resource }) => resource.namespaced)
  return namespace === undefined || !namespaced ? 'No resources found' : `No resources found in ${namespace} namespace.`
}

/** One object that was asked for by name as it is, all else as a List. */
function asText(
  format: 'json' | 'yaml',
  found: readonly Found[],
  { wishes }: Selection,
  ignoresMissing: boolean,
): string {
  const items = found.map(({ object }) => writeObject(object))
  const [first] = items
  const single = wishes.length === 1 && wishes[0]!.name !== undefined
  if (single && first === undefined && ignoresMissing) return ''
  const text: Plain =
    single && first !== undefined ? first : { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }
  return format === 'json' ? `${goJson(text)}\n` : goYaml(text)
}

/** How the tables of one command look. */
interface Look {
  readonly headers: boolean
  readonly wide: boolean
  readonly labels: boolean
  readonly kind: boolean
  readonly namespace: boolean
}

function asTables(found: readonly Found[], { wishes, namespace }: Selection, line: CommandLine, wide: boolean): string {
  const groups: { readonly resource: Resource; readonly objects: WritableObject[] }[] = []
  for (const { resource, object } of found) {
    const last = groups.at(-1)
    if (last !== undefined && last.resource === resource) last.objects.push(object)
    else groups.push({ resource, objects: [object] })
  }
  const listed = wishes.flatMap(({ resource, name }) => (name === undefined ? [resource] : []))
  const kinds = new Set([...listed, ...found.map(({ resource }) => resource)])
  const { flags } = line
  const headers = !flags.has('no-headers')
  // trap: behind a table with namespaces all others have that column, too (the printers share their flags)
  let withNamespace = false
  const tables = groups.map(({ resource, objects }) => {
    withNamespace ||= namespace === undefined && resource.namespaced
    const kind = kinds.size > 1 || flags.has('show-kind')
    return tableOf(resource, objects, {
      headers,
      wide,
      labels: flags.has('show-labels'),
      kind,
      namespace: withNamespace,
    })
  })
  return tables.join(headers ? '\n' : '')
}

function tableOf(resource: Resource, objects: readonly WritableObject[], look: Look): string {
  const columns = [...resource.columns, ...(look.wide ? resource.wideColumns : [])]
  const header = [...(look.namespace ? ['Namespace'] : []), ...columns, ...(look.labels ? ['Labels'] : [])]
  const rows = objects.map((object) => {
    const [name = '', ...cells] = resource.cells(object, look.wide)
    return [
      ...(look.namespace ? [namespaceOf(object)] : []),
      look.kind ? `${qualified(resource, resource.singular)}/${name}` : name,
      ...cells,
      ...(look.labels ? [formatLabels(object.metadata.labels)] : []),
    ]
  })
  return alignColumns([...(look.headers ? [header.map((name) => name.toUpperCase())] : []), ...rows])
}
