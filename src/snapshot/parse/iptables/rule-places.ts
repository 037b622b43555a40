import type { IptablesEvidence, Source } from '../../evidence.ts'

/** Where a rule was read, by table, chain and position from 1; position 0 is the chain itself. */
export type RulePlaces = (table: string, chain: string, position: number) => Source | undefined

/** Where the rules of the evidence were read. */
export function rulePlaces({ text, lines, sources, source }: IptablesEvidence): RulePlaces {
  const tables = new Map<string, Map<string, number[]>>()
  let table = new Map<string, number[]>()
  let index = 0
  for (const line of text.split('\n')) {
    if (line[0] === '*') {
      table = new Map()
      tables.set(line.slice(1), table)
    } else if (line[0] === ':') placesOf(table, line.slice(1, line.indexOf(' ')))[0] = index
    else if (line[0] === '-' || line[0] === '[') {
      const start = line.indexOf('-A ') + 3
      const end = line.indexOf(' ', start)
      placesOf(table, line.slice(start, end < 0 ? undefined : end)).push(index)
    }
    index++
  }
  return (tableName, chain, position) => {
    const at = tables.get(tableName)?.get(chain)?.[position]
    if (at === undefined || at < 0) return undefined
    const line = lines === undefined ? at + 1 : lines[at]
    const from = sources?.[at] ?? source
    return line === undefined || line === 0 ? from : { ...from, line }
  }
}

function placesOf(table: Map<string, number[]>, chain: string): number[] {
  let places = table.get(chain)
  if (places === undefined) {
    places = [-1]
    table.set(chain, places)
  }
  return places
}
