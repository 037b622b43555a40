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

const UNTOLD = { in: 'eth0', out: 'eth1' } as const

/** Without what stands for addresses that nobody told, and for those that were. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/192\.0\.0\.\d+|10\.0\.2\.1(?!\d)|203\.0\.113\.1(?!\d)/g, 'ADDRESS')
}

describe('addresses that nobody told', () => {
  it('both answers end as a host ends that has the address, and one that has not', () => {
    const local = '-m addrtype --dst-type LOCAL'
    fc.assert(
      fc.property(tables(false), fc.boolean(), (rules, dnatLocal) => {
        const text = dnatLocal ? rules.replace(`-d ${TARGET}/32 -j DNAT`, `${local} -j DNAT`) : rules
        const asked = askTexts([`${text}*raw\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n`], FLOW, UNTOLD)
        for (const own of [true, false]) {
          const host = own
            ? ROUTER.replace(
                'inet 10.0.2.1/24 scope global eth1',
                `inet 10.0.2.1/24 scope global eth1\n    inet ${TARGET}/32 scope global eth1`,
              )
            : ROUTER
          const [known] = askTexts([host, text], FLOW, { in: 'eth0' }).branches
          const [met] = asked.branches.filter(({ conditions = [] }) =>
            conditions.every((each) => !each.startsWith(`${TARGET} `) || each.includes(' not ') !== own),
          )
          // where nothing asks, a packet is taken for one that goes on (--out)
          if (own && met?.conditions === undefined) continue
          expect(withoutAddresses(inShort(endOf(met!)))).toBe(withoutAddresses(inShort(endOf(known!))))
        }
      }),
      { numRuns: 60 },
    )
  })
})
