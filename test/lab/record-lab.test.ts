import { afterEach, describe, expect, it, vi } from 'vitest'
import { labObstacle, recordLabText } from '../../src/lab/index.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('where there is no laboratory', () => {
  it('a lab is refused, and the obstacle told', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000)
    expect(labObstacle()).toMatch(/needs (root|Linux)/)
    await expect(recordLabText('# --- traffic ---\n')).rejects.toMatchObject({ code: 'LAB_UNSUPPORTED' })
  })

  it('another system is one', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin')
    expect(labObstacle()).toBe('the laboratory needs Linux')
  })
})

it('a text that is no lab is refused before anything else', async () => {
  await expect(recordLabText('ping x\n')).rejects.toMatchObject({ code: 'BAD_LAB' })
})
