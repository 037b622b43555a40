import type { Rule } from './rule.ts'

/** Would `iptables -C` take one rule for the other? Who wrote a rule does not count. */
export function isSameRule(a: Rule, b: Rule): boolean {
  return a === b || (isSame(a.ip, b.ip) && isSame(a.matches, b.matches) && isSame(a.target, b.target))
}

/** Do two pieces of plain data say the same? A field that is absent and one that is undefined do. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = definedKeys(a)
  if (keys.length !== definedKeys(b).length) return false
  return keys.every((key) => isSame(a[key as keyof typeof a], b[key as keyof typeof b]))
}

function definedKeys(value: object): string[] {
  return Object.keys(value).filter((key) => value[key as keyof typeof value] !== undefined)
}
