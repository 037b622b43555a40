/** Docker draws a word and a name (pkg/namesgenerator); of its many, here are a few. */
const LEFT = ['brave', 'calm', 'eager', 'gentle', 'happy', 'keen', 'quiet', 'wise']
const RIGHT = ['curie', 'euler', 'gauss', 'hopper', 'lovelace', 'noether', 'ritchie', 'turing']

export function generatedName(id: string): string {
  const number = Number.parseInt(id.slice(0, 8), 16)
  return `${LEFT[number % LEFT.length]}_${RIGHT[Math.floor(number / LEFT.length) % RIGHT.length]}`
}
