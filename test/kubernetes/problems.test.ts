import { describe, expect, it } from 'vitest'
import { formatNote, formatProblem, InputError } from '../../src/kubernetes/index.ts'
import { Problems } from '../../src/kubernetes/problems.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'

describe('problems', () => {
  it('are one line each', () => {
    expect(
      formatProblem({ code: 'X', where: { file: 'a', line: 3, field: 'Pod x' }, message: 'is bad', hint: 'mend it' }),
    ).toBe('a:3 Pod x: is bad (mend it)')
    expect(formatProblem({ code: 'X', where: {}, message: 'is bad' })).toBe('is bad')
  })

  it('have a common code, or BAD_INPUT', () => {
    const one = { code: 'A', where: {}, message: 'a' }
    expect(new InputError([one, one]).code).toBe('A')
    expect(new InputError([one, { ...one, code: 'B' }]).code).toBe('BAD_INPUT')
    expect(new InputError([]).code).toBe('BAD_INPUT')
  })

  it('of one thing that is not modelled are an UnsupportedError', () => {
    const problems = new Problems()
    expect(() => problems.throwIfAny()).not.toThrow()
    problems.unsupported('the IPv6-only Service a', { file: 'x' }, 'use IPv4')
    expect(() => problems.throwIfAny()).toThrow(UnsupportedError)
    expect(() => problems.throwIfAny()).toThrow('x: the IPv6-only Service a is not modelled (use IPv4)')
    problems.unsupported('the IPv6-only Service b', { file: 'x' })
    expect(() => problems.throwIfAny()).toThrow(
      'x: the IPv6-only Service a is not modelled (use IPv4; and 1 more such)',
    )
    problems.add({ code: 'BAD_FIELD', where: {}, message: 'bad' })
    expect(() => problems.throwIfAny()).toThrow(InputError)
    expect(() => problems.throwIfAny()).toThrow(
      /^3 problems in the input:\n {2}x: the IPv6-only Service a is not modelled \(use IPv4\)\n/,
    )
  })
})

describe('notes', () => {
  it('are one line each', () => {
    expect(formatNote({ code: 'X', text: 'odd', count: 1 })).toBe('odd')
    expect(formatNote({ code: 'X', text: 'odd', count: 3, where: { file: 'a', line: 2 } })).toBe('odd (a:2; 3 times)')
  })

  it('that are alike are counted, and made once', () => {
    const problems = new Problems()
    let made = 0
    for (let i = 0; i < 3; i++)
      problems.note(
        'X',
        () => `odd ${++made}`,
        () => ({ file: `f${i}` }),
        'key',
      )
    problems.note('X', 'even')
    expect(problems.notes).toEqual([
      { code: 'X', text: 'odd 1', where: { file: 'f0' }, count: 3 },
      { code: 'X', text: 'even', where: undefined, count: 1 },
    ])
  })
})
