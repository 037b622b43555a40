import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelsMatch } from '../../src/kubernetes/index.ts'
import { LabelIndex } from '../../src/kubernetes/label-index.ts'

describe('LabelIndex', () => {
  it('selects what a scan over all would, in its order', () => {
    const labels = fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), fc.constantFrom('1', '2', ''))
    const object = fc.record({ namespace: fc.constantFrom('x', 'y'), labels })
    fc.assert(
      fc.property(fc.array(object, { maxLength: 30 }), fc.array(object, { maxLength: 5 }), (given, asked) => {
        const objects = given.map((metadata, i) => ({
          metadata: { ...metadata, name: String(i), annotations: {}, ownerReferences: [] },
        }))
        const index = new LabelIndex(objects)
        for (const { namespace, labels: wanted } of asked) {
          const scanned = objects.filter(
            ({ metadata }) => metadata.namespace === namespace && labelsMatch(wanted, metadata.labels),
          )
          expect(index.select(namespace, wanted)).toEqual(scanned)
        }
      }),
    )
  })
})
