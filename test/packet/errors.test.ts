import { describe, expect, it } from 'vitest'
import { formatWhere, KubehopError, UnsupportedError } from '../../src/packet/index.ts'

describe('formatWhere', () => {
  it.each([
    [{}, ''],
    [{ file: 'shop.yaml' }, 'shop.yaml'],
    [{ file: 'shop.yaml', line: 41 }, 'shop.yaml:41'],
    [{ file: '-', line: 1, field: 'spec.ports[0].port' }, '-:1 spec.ports[0].port'],
    [{ field: 'spec' }, 'spec'],
    [{ line: 3, field: '' }, '3'],
  ])('%o', (where, text) => {
    expect(formatWhere(where)).toBe(text)
  })
})

describe('errors', () => {
  it('say where, what and what to do', () => {
    const cause = new Error('deeper')
    const error = new KubehopError('BAD_THING', 'not a thing', {
      where: { file: 'a', line: 2 },
      hint: 'write a thing',
      cause,
    })
    expect(error.message).toBe('a:2: not a thing (write a thing)')
    expect(error).toMatchObject({ name: 'KubehopError', code: 'BAD_THING', hint: 'write a thing', cause })
    expect(error).toBeInstanceOf(Error)
    expect(new KubehopError('X', 'bare')).toMatchObject({ message: 'bare', where: {}, hint: undefined })
    expect('cause' in new KubehopError('X', 'bare')).toBe(false)
  })

  it('name what is not modelled', () => {
    const error = new UnsupportedError('match u32', { where: { line: 7 } })
    expect(error).toBeInstanceOf(KubehopError)
    expect(error).toMatchObject({ name: 'UnsupportedError', code: 'UNSUPPORTED', what: 'match u32' })
    expect(error.message).toBe('7: match u32 is not modelled')
  })
})
