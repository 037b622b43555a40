import { createServer, type Server } from 'node:http'
import type { Cluster } from '../../../src/cluster/index.ts'
import { RESOURCES, type Resource } from '../../../src/console/kubectl/resources.ts'
import { listOf } from '../../../src/console/kubectl/select.ts'
import { parseSelector, selectorMatches } from '../../../src/kubernetes/index.ts'
import { type WritableObject, writeObject } from '../../../src/kubernetes/write/index.ts'

/*
 * As much of an API server as kubectl needs to look at a simulated cluster. The cells of its tables are kubehop's: a real server makes them, and the source
 * says how. What kubectl itself does can be compared: layout, words, errors, YAML, JSON, descriptions.
 */

const DISCOVERY = 'discovery.k8s.io'
const PATH = /^\/(?:api\/v1|apis\/discovery\.k8s\.io\/v1)(?:\/namespaces\/([^/]+)(?=\/[^/]))?\/([^/]+)(?:\/([^/]+))?$/
const DEPRECATED = { Warning: '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"' }

function versionOf(group: string): string {
  return group === '' ? 'v1' : `${group}/v1`
}

function resourceList(group: string): unknown {
  const resources = RESOURCES.filter((resource) => resource.group === group).map(
    ({ plural, singular, namespaced, kind, shortNames }) => {
      return { name: plural, singularName: singular, namespaced, kind, verbs: ['get', 'list'], shortNames }
    },
  )
  const events = { name: 'events', singularName: 'event', namespaced: true, kind: 'Event', verbs: ['get', 'list'] }
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: versionOf(group),
    resources: group === '' ? [...resources, events] : resources,
  }
}

const FIXED: Readonly<Record<string, unknown>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: DISCOVERY,
        versions: [{ groupVersion: versionOf(DISCOVERY), version: 'v1' }],
        preferredVersion: { groupVersion: versionOf(DISCOVERY), version: 'v1' },
      },
    ],
  },
  '/version': { major: '1', minor: '33', gitVersion: 'v1.33.0' },
  '/api/v1': resourceList(''),
  [`/apis/${DISCOVERY}/v1`]: resourceList(DISCOVERY),
}

function notFound(message: string, details = {}): unknown {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'NotFound', details, code: 404 }
}

function tableOf(resource: Resource, objects: readonly WritableObject[]): unknown {
  const column = (priority: number) => (name: string) => {
    return { name, type: 'string', format: name === 'Name' ? 'name' : '', description: '', priority }
  }
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: [...resource.columns.map(column(0)), ...resource.wideColumns.map(column(1))],
    rows: objects.map((object) => ({
      cells: resource.cells(object, true),
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: writeObject(object).metadata,
      },
    })),
  }
}

/** What the server answers: a status, a body, headers. */
function answer(cluster: Cluster, url: URL, wantsTable: boolean): [number, unknown, Record<string, string>?] {
  if (FIXED[url.pathname] !== undefined) return [200, FIXED[url.pathname]]
  const [, namespace, plural, name] = PATH.exec(url.pathname) ?? []
  if (plural === undefined) return [404, notFound('the server could not find the requested resource')]
  const resource = RESOURCES.find((each) => each.plural === plural)
  if (resource === undefined) return [200, { kind: 'List', apiVersion: 'v1', metadata: {}, items: [] }]
  const selector = parseSelector(url.searchParams.get('labelSelector') ?? '')
  const objects = listOf(cluster.objects, resource, namespace).filter(
    ({ metadata }) => selectorMatches(selector, metadata.labels) && (name === undefined || metadata.name === name),
  )
  const headers = resource.warning === undefined ? {} : DEPRECATED
  const [first] = objects
  if (name !== undefined && first === undefined) {
    const full = resource.group === '' ? plural : `${plural}.${resource.group}`
    return [404, notFound(`${full} "${name}" not found`, { name, group: resource.group, kind: plural }), headers]
  }
  if (wantsTable) return [200, tableOf(resource, objects), headers]
  if (name !== undefined) return [200, writeObject(first!), headers]
  const list = { kind: `${resource.kind}List`, apiVersion: versionOf(resource.group), metadata: {} }
  return [200, { ...list, items: objects.map(writeObject) }, headers]
}

/** Serves a cluster on a free port of this machine. */
export async function serve(cluster: Cluster): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const [status, body, headers] = answer(cluster, url, String(request.headers.accept).includes('as=Table'))
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, url: `http://127.0.0.1:${address.port}` }
}
