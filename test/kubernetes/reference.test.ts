import { describe, expect, it } from 'vitest'
import {
  formatReference,
  ObjectIndex,
  parseReference,
  type Reference,
  resolveReference,
} from '../../src/kubernetes/index.ts'
import { cluster, documents, pod } from './support.ts'

describe('parseReference', () => {
  it.each<[string, Reference]>([
    ['pod/a', { kind: 'pod', namespace: 'default', name: 'a' }],
    ['po/a:8080', { kind: 'pod', namespace: 'default', name: 'a', port: 8080 }],
    ['shop/pods/a', { kind: 'pod', namespace: 'shop', name: 'a' }],
    ['deploy/web', { kind: 'workload', workload: 'Deployment', namespace: 'default', name: 'web' }],
    ['Deployment/web', { kind: 'workload', workload: 'Deployment', namespace: 'default', name: 'web' }],
    ['shop/sts/db', { kind: 'workload', workload: 'StatefulSet', namespace: 'shop', name: 'db' }],
    ['ds/agent:http', { kind: 'workload', workload: 'DaemonSet', namespace: 'default', name: 'agent', port: 'http' }],
    ['rs/web', { kind: 'workload', workload: 'ReplicaSet', namespace: 'default', name: 'web' }],
    ['rc/web', { kind: 'workload', workload: 'ReplicationController', namespace: 'default', name: 'web' }],
    ['svc/web', { kind: 'service', namespace: 'default', name: 'web' }],
    ['svc/web:80', { kind: 'service', namespace: 'default', name: 'web', port: 80 }],
    ['services/web:http', { kind: 'service', namespace: 'default', name: 'web', port: 'http' }],
    ['node/node-1', { kind: 'node', name: 'node-1' }],
    ['no/node-1.example.com:30080', { kind: 'node', name: 'node-1.example.com', port: 30080 }],
    ['external', { kind: 'external' }],
    ['external:80', { kind: 'external', port: 80 }],
    ['external:198.51.100.7', { kind: 'external', address: '198.51.100.7' }],
    ['external:198.51.100.7:443', { kind: 'external', address: '198.51.100.7', port: 443 }],
    ['localhost:8080', { kind: 'ip', address: '127.0.0.1', port: 8080 }],
    ['10.96.0.1', { kind: 'ip', address: '10.96.0.1' }],
    ['10.96.0.1:443', { kind: 'ip', address: '10.96.0.1', port: 443 }],
  ])('%s', (text, reference) => {
    expect(parseReference(text)).toEqual(reference)
    expect(parseReference(formatReference(reference))).toEqual(reference)
  })

  it('takes the given namespace', () => {
    const reference = parseReference('pod/a', { namespace: 'shop' })
    expect(reference).toEqual({ kind: 'pod', namespace: 'shop', name: 'a' })
    expect(formatReference(reference, { namespace: 'shop' })).toBe('pod/a')
    expect(formatReference(reference)).toBe('shop/pod/a')
  })

  it.each([
    ['a', 'this names no kind of object and is no IPv4 address (pod/NAME'],
    ['', 'this names no kind'],
    ['10.0.0.256', 'this names no kind'],
    ['010.0.0.1', 'this names no kind'],
    ['fd00::1', 'IPv6 is not modelled'],
    ['pdo/a', 'there is no kind "pdo" to trace (did you mean pod/a?)'],
    ['ingress/a', 'there is no kind "ingress" to trace (pod/NAME'],
    ['a/b/pod/c', 'too many slashes'],
    ['shop/node/a', 'nodes are in no namespace (write node/a)'],
    ['pod/', '"" is no name of an object'],
    ['pod/A_b', '"A_b" is no name of an object'],
    ['A_b/pod/a', '"A_b" is no namespace'],
    ['svc/a:0', '"0" is no port number (ports go from 1 to 65535)'],
    ['svc/a:70000', '"70000" is no port number'],
    ['svc/a:B', '"B" is no port'],
    ['node/a:http', '"http" is no port number'],
    ['10.0.0.1:x', '"x" is no port number'],
    ['external:x', '"x" is no IPv4 address'],
    ['external:1.2.3.4:5:6', 'too many colons'],
  ])('%j is wrong', (text, message) => {
    expect(() => parseReference(text)).toThrow(`"${text}": ${message}`)
  })
})

describe('resolveReference', () => {
  const objects = cluster(
    documents(
      pod('client'),
      pod('db').replace('{name: main, image: nginx}', '{name: main, ports: [{name: sql, containerPort: 5432}]}'),
      `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}`,
      'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: tls, port: 443}]}',
      'apiVersion: v1\nkind: Service\nmetadata: {name: one}\nspec: {selector: {app: db}, ports: [{port: 80}]}',
    ),
  )
  const index = new ObjectIndex(objects)
  const resolve = (text: string) => resolveReference(parseReference(text), index)

  it('finds objects', () => {
    expect(resolve('pod/client')).toMatchObject({ kind: 'pod', pod: { metadata: { name: 'client' } } })
    expect(resolve('pod/db:sql')).toMatchObject({ port: 5432 })
    expect(resolve('pod/db:1234')).toMatchObject({ port: 1234 })
    expect(resolve('node/node-2:80')).toMatchObject({ kind: 'node', node: { metadata: { name: 'node-2' } }, port: 80 })
    expect(resolve('external:80')).toEqual({ kind: 'external', port: 80 })
    expect(resolve('10.0.0.1')).toEqual({ kind: 'ip', address: '10.0.0.1' })
  })

  it('finds the pods of workloads', () => {
    const found = resolve('shop/deploy/web')
    expect(found).toMatchObject({ kind: 'workload', workload: { metadata: { name: 'web' } } })
    expect(found.kind === 'workload' && found.pods.map(({ metadata }) => metadata.name)).toEqual(
      objects.pods.filter(({ metadata }) => metadata.namespace === 'shop').map(({ metadata }) => metadata.name),
    )
  })

  it('finds the ports of Services', () => {
    expect(resolve('shop/svc/web')).toMatchObject({ port: undefined })
    expect(resolve('shop/svc/web:tls')).toMatchObject({ port: { port: 443 } })
    expect(resolve('shop/svc/web:80')).toMatchObject({ port: { name: 'http', port: 80 } })
    expect(resolve('shop/svc/web:81')).toMatchObject({ port: { name: '', port: 81 } })
    expect(resolve('svc/one')).toMatchObject({ port: { port: 80 } })
  })

  it.each([
    ['pod/cilent', 'there is no pod cilent in namespace default (did you mean pod/client?)'],
    ['shop/pod/client', 'there is no pod client in namespace shop (did you mean default/pod/client?)'],
    ['pod/zzzzzz', 'there is no pod zzzzzz in namespace default (there is pod/client, pod/db)'],
    ['deploy/web', 'there is no Deployment web in namespace default (did you mean shop/deploy/web?)'],
    ['shop/sts/web', 'there is no StatefulSet web in namespace shop (there is none in namespace shop)'],
    ['node/node-9', 'there is no node node-9 (did you mean node/node-1 or node/node-2?)'],
    ['svc/onne', 'there is no Service onne in namespace default (did you mean svc/one?)'],
    ['shop/svc/web:https', 'Service shop/web has no port named "https" (it has http (80), tls (443))'],
    ['svc/one:http', 'Service default/one has no port named "http" (it has 80)'],
    ['pod/db:http', 'pod default/db has no port named "http" (it has sql)'],
    ['pod/client:http', 'pod default/client has no port named "http"'],
  ])('%s is not found', (text, message) => {
    expect(() => resolve(text)).toThrow(message)
  })
})

describe('ObjectIndex', () => {
  it('finds by node, address and Service', () => {
    const objects = cluster(
      documents(
        pod('a').replace('spec: {', 'spec: {nodeName: node-1, '),
        pod('h').replace('spec: {', 'spec: {nodeName: node-1, hostNetwork: true, '),
        pod('done', 'status: {phase: Succeeded}').replace('spec: {', 'spec: {nodeName: node-1, '),
        'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: a}, ports: [{port: 80}]}',
      ),
    )
    const index = new ObjectIndex(objects)
    const names = (list: readonly { metadata: { name: string } }[]) => list.map(({ metadata }) => metadata.name)
    expect(names(index.podsOn('node-1'))).toEqual(['a', 'h'])
    expect(index.podsOn('node-9')).toEqual([])
    expect(names(index.podsWithAddress('10.244.0.2'))).toEqual(['a'])
    expect(names(index.podsWithAddress('192.168.0.11'))).toEqual(['h'])
    expect(index.slicesOf(index.service('default', 's')!)).toHaveLength(1)
    expect(index.workload('Deployment', 'default', 's')).toBeUndefined()
  })
})
