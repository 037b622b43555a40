import { describe, expect, it } from 'vitest'
import { reportFailure } from '../../src/cli/failure.ts'
import type { Io } from '../../src/cli/io.ts'
import { KubehopError, UnsupportedError } from '../../src/packet/index.ts'

async function report(error: unknown, env: Io['env'] = {}): Promise<{ code: number; err: string }> {
  let err = ''
  const output = {
    write: (text: string) => {
      err += text
    },
    isTerminal: false,
  }
  const code = await reportFailure(error, {
    stdin: (async function* () {})(),
    stdout: output,
    stderr: output,
    env,
    cwd: '/',
  })
  return { code, err }
}

describe('failures', () => {
  it('of the input: one line, exit code 2', async () => {
    const error = new KubehopError('NOT_FOUND', 'there is no pod a', {
      where: { file: 'shop.yaml', line: 3 },
      hint: 'did you mean b?',
    })
    expect(await report(error)).toEqual({ code: 2, err: 'error: shop.yaml:3: there is no pod a (did you mean b?)\n' })
    expect((await report(new UnsupportedError('match u32'))).err).toBe('error: match u32 is not modelled\n')
  })

  it('of kubehop itself: said to be a bug, with another exit code', async () => {
    expect(await report(new TypeError('x is undefined'))).toEqual({
      code: 70,
      err: 'error: this is a bug in kubehop: x is undefined (KUBEHOP_DEBUG=1 shows where)\n',
    })
    expect((await report('thrown')).err).toContain('a bug in kubehop: thrown')
  })

  it('show where they come from when asked', async () => {
    const { err } = await report(new TypeError('x is undefined'), { KUBEHOP_DEBUG: '1' })
    expect(err).toMatch(/^TypeError: x is undefined\n\s+at /)
    expect(err).toContain('error: this is a bug in kubehop: x is undefined\n')
  })
})
