import { type ClusterObjects, type LabelSelector, parseSelector, selectorMatches } from '../../kubernetes/index.ts'
import type { WritableObject } from '../../kubernetes/write/index.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { CommandLine } from '../pflag.ts'
import { KubectlError, notFound } from './errors.ts'
import { findResource, qualified, type Resource } from './resources.ts'

/** One object, or all of a kind. */
interface Wish {
  readonly resource: Resource
  readonly name?: string
}

/** What the words of `get` and `describe` ask for. */
export interface Selection {
  readonly wishes: readonly Wish[]
  readonly selector: LabelSelector | undefined
  /** Undefined: all of them. */
  readonly namespace: string | undefined
}

/** An object that was found, and what it is. */
export interface Found {
  readonly resource: Resource
  readonly object: WritableObject
}

/**
 * Words as kubectl takes them: `pods`, `pods,svc`, `pod a b`, `pod/a svc/b` (`ResourceTypeOrNameArgs`, cli-runtime/pkg/resource/builder.go).
 *
 * @param home the namespace of names that have none
 * @throws KubectlError @throws UnsupportedError
 */
export function readSelection({ words, flags }: CommandLine, home: string): Selection {
  const wishes = wishesOf(words)
  const everywhere = flags.has('all-namespaces')
  const text = flags.get('selector')
  const names = wishes.some(({ name }) => name !== undefined)
  if (typeof text === 'string' && text !== '' && names)
    throw new KubectlError('error: name cannot be provided when a selector is specified')
  if (everywhere && names) throw new KubectlError('error: a resource cannot be retrieved by name across all namespaces')
  const namespace = flags.get('namespace')
  return {
    wishes,
    selector: typeof text === 'string' ? readSelector(text) : undefined,
    namespace: everywhere ? undefined : typeof namespace === 'string' && namespace !== '' ? namespace : home,
  }
}

function readSelector(text: string): LabelSelector {
  try {
    return parseSelector(text)
  } catch (error) {
    if (error instanceof KubehopError) throw new KubectlError(`error: ${error.message}`)
    throw error
  }
}

function wishesOf(words: readonly string[]): Wish[] {
  if (words.some((word) => word.includes('/'))) {
    if (!words.every((word) => word.includes('/'))) {
      throw new KubectlError(
        'error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form ' +
          "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      )
    }
    return words.map((word) => {
      const [type = '', name = '', ...more] = word.split('/')
      if (more.length > 0)
        throw new KubectlError('error: arguments in resource/name form may not have more than one slash')
      if (type === '' || name === '')
        throw new KubectlError('error: arguments in resource/name form must have a single resource and name')
      return { resource: findResource(type), name }
    })
  }
  const [types = '', ...names] = words
  const resources = types.split(',').filter(Boolean).map(findResource)
  return names.length === 0
    ? resources.map((resource) => ({ resource }))
    : resources.flatMap((resource) => names.map((name) => ({ resource, name })))
}

/**
 * The objects of a selection, in the order in which an API server lists them; and what could not be found.
 */
export function select(objects: ClusterObjects, selection: Selection): { found: Found[]; errors: KubectlError[] } {
  const found: Found[] = []
  const errors: KubectlError[] = []
  for (const { resource, name } of selection.wishes) {
    const all = listOf(objects, resource, selection.namespace)
    if (name === undefined) {
      const { selector } = selection
      const chosen =
        selector === undefined ? all : all.filter(({ metadata }) => selectorMatches(selector, metadata.labels))
      found.push(...chosen.map((object) => ({ resource, object })))
      continue
    }
    const object = all.find(({ metadata }) => metadata.name === name)
    if (object === undefined) errors.push(notFound(qualified(resource, resource.plural), name))
    else found.push({ resource, object })
  }
  return { found, errors }
}

/** All of a kind, in a namespace or everywhere, by namespace and name. */
export function listOf(
  objects: ClusterObjects,
  resource: Resource,
  namespace: string | undefined,
): readonly WritableObject[] {
  const all = resource.list(objects)
  const here =
    namespace === undefined || !resource.namespaced ? all : all.filter((each) => namespaceOf(each) === namespace)
  return here.toSorted((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1))
}

export function namespaceOf({ metadata }: WritableObject): string {
  return 'namespace' in metadata ? metadata.namespace : ''
}

/** As keys of etcd are sorted: the slash stands before all that may be in a name but the hyphen and the dot. */
function orderKey(object: WritableObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`
}
