const LETTER = /^\p{L}$/u
const DIGIT = /^\p{Nd}$/u

/** How go-yaml sorts keys: letters behind everything else, and numbers by their value (goyaml.v2/sorter.go `keyList.Less`). */
export function naturalOrder(left: string, right: string): number {
  if (left === right) return 0
  return isBefore([...left], [...right]) ? -1 : 1
}

function isBefore(a: readonly string[], b: readonly string[]): boolean {
  const shorter = Math.min(a.length, b.length)
  let i = 0
  while (i < shorter && a[i] === b[i]) i++
  if (i === shorter) return a.length < b.length
  const [x, y] = [a[i]!, b[i]!]
  const [xIsLetter, yIsLetter] = [LETTER.test(x), LETTER.test(y)]
  if (xIsLetter && yIsLetter) return x < y
  if (xIsLetter || yIsLetter) return yIsLetter
  // a number that began before the difference is longer than its leading zeros
  const first = x === '0' || y === '0' ? beginsInNumber(a, i) : 0
  const [left, right] = [numberAt(a, i, first), numberAt(b, i, first)]
  if (left.value !== right.value) return left.value < right.value
  if (left.end !== right.end) return left.end < right.end
  return x < y
}

function beginsInNumber(text: readonly string[], before: number): 0 | 1 {
  for (let j = before - 1; j >= 0 && DIGIT.test(text[j]!); j--) if (text[j] !== '0') return 1
  return 0
}

function numberAt(text: readonly string[], from: number, first: number): { value: number; end: number } {
  let value = first
  let end = from
  for (; end < text.length && DIGIT.test(text[end]!); end++) value = value * 10 + (text[end]!.codePointAt(0)! - 48)
  return { value, end }
}
