import { describe, expect, it } from 'vitest'
import { parseLab } from '../../src/commands/record/index.ts'
import { drawLab, smallerLabs } from './draw.ts'
import { simulate } from './judge.ts'
import { labText } from './lab.ts'
import { shrink } from './shrink.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, run) => ({ seed: 7, run }))

describe('generated labs', () => {
  it('are the same for the same numbers, and no two alike', () => {
    const texts = numbers(50).map((number) => labText(drawLab(number).value, number))
    expect(numbers(50).map((number) => labText(drawLab(number).value, number))).toEqual(texts)
    expect(new Set(texts.map((text) => text.slice(text.indexOf('\n')))).size).toBe(50)
  })

  it('run in the simulator, most of them from beginning to end', () => {
    const ends = numbers(150).map((number) => simulate({ name: 'lab', text: labText(drawLab(number).value, number) }))
    expect(ends.filter((end) => 'failed' in end || 'unsupported' in end)).toEqual([])
    expect(ends.filter((end) => 'record' in end).length).toBeGreaterThan(130)
  })

  it('send at least five probes', () => {
    const sending = numbers(100).map((number) =>
      parseLab(labText(drawLab(number).value, number)).commands.filter(({ line }) => /sleep 0.35/.test(line)),
    )
    expect(sending.filter((lines) => lines.length < 5)).toEqual([])
  })

  it('hit rules', () => {
    const hits = numbers(100).map((number) => {
      const end = simulate({ name: 'lab', text: labText(drawLab(number).value, number) })
      return 'record' in end ? end.record.rules.length : 0
    })
    expect(hits.filter((count) => count > 0).length).toBeGreaterThan(60)
  })

  it('shrink to labs', () => {
    for (const number of numbers(12)) {
      const smaller = [...smallerLabs(drawLab(number))].slice(0, 25)
      for (const lab of smaller) {
        const end = simulate({ name: 'lab', text: labText(lab.value, number) })
        expect('failed' in end ? end.failed : '').toBe('')
      }
    }
  })

  it('shrink to the smallest that fails', async () => {
    const number = numbers(30).find((each) => labText(drawLab(each).value, each).includes('-j MASQUERADE'))!
    const small = await shrink(drawLab(number), {
      print: (lab) => labText(lab.value, number),
      fails: async (text) => text.includes('-j MASQUERADE'),
      slots: 4,
      clock: () => 0,
      deadline: 1,
    })
    const { rules, probes, sysctls, routing } = small.value
    expect(rules).toHaveLength(1)
    expect(sysctls).toEqual([])
    expect(routing).toEqual([])
    expect(probes.length).toBeLessThan(7)
  })
})
