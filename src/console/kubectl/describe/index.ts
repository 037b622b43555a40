import type { ProgramContext } from '../../../commands/index.ts'
import { type ClusterObjects, ObjectIndex } from '../../../kubernetes/index.ts'
import type { WritableObject } from '../../../kubernetes/write/index.ts'
import { UnsupportedError } from '../../../packet/errors.ts'
import type { CommandLine, Flags } from '../../pflag.ts'
import { KubectlError } from '../errors.ts'
import { GLOBAL_FLAGS } from '../flags.ts'
import { nothingFound, warningsOf } from '../get.ts'
import type { Resource } from '../resources.ts'
import { type Found, listOf, readSelection, type Selection, select } from '../select.ts'
import { alignTabs } from '../table.ts'
import { describeEndpointSlice, describeEndpoints } from './endpoints.ts'
import { describeNamespace } from './namespace.ts'
import { describeService } from './service.ts'

const REFUSED = { refused: true } as const

/** `kubectl describe --help` */
export const DESCRIBE_FLAGS: Flags = {
  ...GLOBAL_FLAGS,
  'all-namespaces': { short: 'A' },
  selector: { short: 'l', value: true },
  'show-events': {},
  'chunk-size': { value: true },
  filename: { short: 'f', value: true, ...REFUSED },
  kustomize: { short: 'k', value: true, ...REFUSED },
  recursive: { short: 'R', ...REFUSED },
}

/** `kubectl describe` (kubectl/pkg/cmd/describe/describe.go). */
export function describe(line: CommandLine, home: string, objects: ClusterObjects, context: ProgramContext): number {
  if (line.words.length === 0) {
    throw new KubectlError(
      'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    )
  }
  const selection = readSelection(line, home)
  for (const warning of warningsOf(selection)) context.stderr.write(`${warning}\n`)
  const { found, errors } = select(objects, selection)
  const similar = errors.length === 0 ? [] : withPrefix(objects, selection)
  const index = new ObjectIndex(objects)
  const texts = (each: readonly Found[]) =>
    each.map(({ resource, object }) =>
      alignTabs(textOf(object, resource, index))
        .replaceAll('\x1b', '^[')
        .replaceAll('\r', '\\r'),
    )
  if (similar.length > 0) {
    context.stdout.write(
      texts(similar)
        .map((text) => `${text}\n`)
        .join(''),
    )
    return 0
  }
  context.stdout.write(texts(found).join('\n\n'))
  if (found.length === 0 && errors.length === 0) context.stderr.write(`${nothingFound(selection)}\n`)
  for (const { message } of errors) context.stderr.write(`${message}\n`)
  return errors.length === 0 ? 0 : 1
}

/** The one name that nothing has may be the beginning of names (`DescribeMatchingResources`). */
function withPrefix(objects: ClusterObjects, { wishes, namespace }: Selection): Found[] {
  const [wish, ...more] = wishes
  const { resource, name } = wish!
  if (name === undefined || more.length > 0) return []
  const like = listOf(objects, resource, namespace).filter(({ metadata }) => metadata.name.startsWith(name))
  return like.map((object) => ({ resource, object }))
}

function textOf(object: WritableObject, resource: Resource, index: ObjectIndex): string {
  switch (object.kind) {
    case 'Service':
      return describeService(object, index.slicesOf(object))
    case 'Endpoints':
      return describeEndpoints(object)
    case 'EndpointSlice':
      return describeEndpointSlice(object)
    case 'Namespace':
      return describeNamespace(object)
    default:
      // a description of these is mostly of what nobody knows here: resources, system, volumes
      throw new UnsupportedError(`kubectl describe ${resource.singular}`, {
        hint: `kubectl get ${resource.plural} -o yaml has all that is known`,
      })
  }
}
