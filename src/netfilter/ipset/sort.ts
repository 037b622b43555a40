const HEX = /^[ \t]*([0-9a-fA-F]+)/
const SEPARATOR = /[:,]/

/**
 * The order of `ipset -sorted` (lib/session.c of ipset 7.17). It takes an element apart into numbers, read as hexadecimal even in dotted
 * quads, and words; shorter words come first, longer prefixes before shorter ones. What stands behind a prefix length is ordered
 * backwards when it happens to read as a number, such as the interface `a`.
 */
export function compareElements(a: string, b: string): number {
  let x = a
  let y = b
  let sign = 1
  while (x !== '' && y !== '') {
    const n = HEX.exec(x)
    const m = HEX.exec(y)
    if (n === null || m === null) {
      const lengthX = wordLength(x)
      const lengthY = wordLength(y)
      if (lengthX !== lengthY) return lengthX - lengthY
      const order = compareText(x.slice(0, lengthX), y.slice(0, lengthY))
      if (lengthX === 0 || order !== 0) return lengthX === 0 ? compareText(x, y) : order
      x = x.slice(lengthX + 1)
      y = y.slice(lengthX + 1)
      sign = 1
      continue
    }
    const difference = Number.parseInt(n[1]!, 16) - Number.parseInt(m[1]!, 16)
    if (difference !== 0) return sign * difference
    const afterX = x[n[0].length] ?? ''
    const afterY = y[m[0].length] ?? ''
    if (afterX === '/' || afterY === '/') {
      if (afterX !== afterY) return afterX === '/' ? 1 : -1
      sign = -1
    }
    x = x.slice(n[0].length + 1)
    y = y.slice(m[0].length + 1)
  }
  return x !== '' ? 1 : y !== '' ? -1 : 0
}

function wordLength(text: string): number {
  const end = text.search(SEPARATOR)
  return end < 0 ? text.length : end
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
