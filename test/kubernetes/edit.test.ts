import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyObjectPatches, editObjects, editObjectsWithPatches, refill } from '../../src/kubernetes/index.ts'
import { cluster, documents, pod } from './support.ts'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}`
const service =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}'

const objects = cluster(documents(deployment, service, pod('client')))

const addresses = (of: typeof objects) => of.pods.map(({ metadata, status }) => `${metadata.name} ${status.podIP}`)
const endpoints = (of: typeof objects) =>
  of.endpointSlices
    .filter(({ metadata }) => metadata.labels['kubernetes.io/service-name'] === 'web')
    .flatMap((slice) => slice.endpoints.map((endpoint) => `${endpoint.addresses[0]} ${endpoint.conditions.ready}`))

describe('edits', () => {
  it('change a copy that shares the rest', () => {
    const before = JSON.stringify(objects)
    const edited = editObjects(objects, (draft) => {
      draft.services[0]!.spec.sessionAffinity = 'ClientIP'
    })
    expect(edited.services[0]!.spec.sessionAffinity).toBe('ClientIP')
    expect(JSON.stringify(objects)).toBe(before)
    expect(edited.pods).toBe(objects.pods)
    expect(edited.services[1]).toBe(objects.services[1])
    expect(edited.services[0]!.spec.ports).toBe(objects.services[0]!.spec.ports)
  })

  it('that change nothing give the same objects', () => {
    expect(editObjects(objects, () => {})).toBe(objects)
  })

  it('share all objects that they do not touch', () => {
    fc.assert(
      fc.property(fc.nat(objects.pods.length - 1), (touched) => {
        const edited = editObjects(objects, (draft) => {
          draft.pods[touched]!.metadata.deletionTimestamp = '2025-01-01T00:00:00Z'
        })
        for (const [i, one] of edited.pods.entries()) {
          if (i === touched) expect(one).not.toBe(objects.pods[i])
          else expect(one).toBe(objects.pods[i])
        }
      }),
    )
  })

  it('have patches there and back', () => {
    const {
      objects: edited,
      patches,
      inverse,
    } = editObjectsWithPatches(objects, (draft) => {
      draft.services[0]!.spec.ports[0]!.port = 81
    })
    expect(patches).toEqual([{ op: 'replace', path: ['services', 0, 'spec', 'ports', 0, 'port'], value: 81 }])
    expect(applyObjectPatches(objects, patches)).toEqual(edited)
    expect(applyObjectPatches(edited, inverse)).toEqual(objects)
  })
})

describe('an edited cluster, completed again', () => {
  it('is the same when nothing was edited', () => {
    const again = refill(objects)
    expect({ ...again, assumptions: [] }).toEqual({ ...objects, assumptions: [] })
    expect(again.assumptions.map(({ code }) => code).toSorted()).toEqual(
      objects.assumptions.map(({ code }) => code).toSorted(),
    )
  })

  it('has more pods, and the old ones unchanged', () => {
    const more = refill(
      editObjects(objects, (draft) => {
        draft.workloads[0]!.spec.replicas = 4
      }),
    )
    expect(addresses(more)).toHaveLength(5)
    expect(addresses(more)).toEqual(expect.arrayContaining(addresses(objects)))
    expect(endpoints(more)).toHaveLength(4)
  })

  it('has fewer pods', () => {
    const fewer = refill(
      editObjects(objects, (draft) => {
        draft.workloads[0]!.spec.replicas = 1
      }),
    )
    expect(addresses(fewer)).toHaveLength(2)
    expect(addresses(objects)).toEqual(expect.arrayContaining(addresses(fewer)))
    expect(endpoints(fewer)).toHaveLength(1)
  })

  it('has the endpoints of edited pods', () => {
    const edited = refill(
      editObjects(objects, (draft) => {
        const made = draft.pods.find(({ metadata }) => metadata.name.startsWith('web-'))!
        made.status.conditions = [{ type: 'Ready', status: 'False' }]
      }),
    )
    expect(addresses(edited)).toEqual(addresses(objects))
    expect(
      endpoints(edited)
        .map((text) => text.split(' ')[1])
        .toSorted(),
    ).toEqual(['false', 'true'])
  })

  it('has new pods for a new template', () => {
    const edited = refill(
      editObjects(objects, (draft) => {
        draft.workloads[0]!.spec.template.spec.containers[0]!.image = 'other'
      }),
    )
    const made = (of: typeof objects) => addresses(of).filter((text) => text.startsWith('web-'))
    expect(made(edited)).toHaveLength(2)
    for (const text of made(edited)) expect(made(objects)).not.toContain(text)
  })

  it('gives new Services what they lack', () => {
    const edited = refill(
      editObjects(objects, (draft) => {
        const [first] = draft.services
        draft.services.push({
          ...first!,
          metadata: { ...first!.metadata, name: 'second' },
          spec: { ...first!.spec, clusterIP: undefined },
        })
      }),
    )
    const second = edited.services.find(({ metadata }) => metadata.name === 'second')!
    expect(second.spec.clusterIP).toMatch(/^10\./)
    expect(edited.endpointSlices).toHaveLength(objects.endpointSlices.length + 1)
  })
})
