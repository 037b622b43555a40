import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TraceBranch } from '../../../src/trace/index.ts'
import { askTexts } from './ask.ts'
import { OTHER, ROUTER, SETS, SOURCE, TARGET, tables } from './random-tables.ts'

const ELEMENTS = [SOURCE, TARGET, OTHER] as const
const FLOW = `${SOURCE}:40001 > ${TARGET}:80`

/** Who is in which set: a bit for each set and element. */
const MEMBERSHIPS = 1 << (SETS.length * ELEMENTS.length)

function isMember(membership: number, set: number, element: number): boolean {
  return ((membership >> (set * ELEMENTS.length + element)) & 1) === 1
}

function saved(membership: number): string {
  const lines = SETS.map(
    (set) => `create ${set} hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1`,
  )
  SETS.forEach((set, s) => {
    ELEMENTS.forEach((element, e) => {
      if (isMember(membership, s, e)) lines.push(`add ${set} ${element}`)
    })
  })
  return `$ ipset save\n${lines.join('\n')}\n`
}

/** How it ended, and by which rules it came there. */
function endOf({ disposition, reason, translations, hops, reply }: TraceBranch) {
  return { disposition, reason, translations, hops, reply }
}

/** Does the membership answer all questions as the branch supposes? */
function holds({ conditions = [] }: TraceBranch, membership: number): boolean {
  return conditions.every((text) => {
    const [, element = '', not, set = ''] = /^(\S+) is (not )?in set (\S+)$/.exec(text) ?? []
    const there = isMember(
      membership,
      SETS.indexOf(set as (typeof SETS)[number]),
      ELEMENTS.indexOf(element as typeof SOURCE),
    )
    return there === (not === undefined)
  })
}

/** What two ends must share: rules that matched on the way may differ where both answers come to the same. */
function inShort({ disposition, reason, translations, reply }: ReturnType<typeof endOf>): string {
  return JSON.stringify([disposition, reason, translations, reply?.disposition, reply?.reason, reply?.translations])
}

describe('sets of which nobody told the members', () => {
  it('every membership ends as the one branch says whose conditions it meets, and every branch is the end of some', () => {
    fc.assert(
      fc.property(
        tables(true),
        fc.array(fc.integer({ min: 0, max: MEMBERSHIPS - 1 }), { minLength: 12, maxLength: 12 }),
        (rules, some) => {
          const unknown = askTexts([ROUTER, rules], FLOW)
          for (const membership of some) {
            const met = unknown.branches.filter((branch) => holds(branch, membership))
            expect(met).toHaveLength(1)
            const known = askTexts([ROUTER, rules, saved(membership)], FLOW)
            expect(known.branches).toHaveLength(1)
            expect(inShort(endOf(known.branches[0]!))).toBe(inShort(endOf(met[0]!)))
          }
          for (const branch of unknown.branches) {
            const membership = Array.from({ length: MEMBERSHIPS }, (_, each) => each).find((each) =>
              holds(branch, each),
            )
            expect(membership).toBeDefined()
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
