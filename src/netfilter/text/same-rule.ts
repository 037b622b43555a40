import type { Match, Rule, Target } from '../rule.ts'

/** Do two rules say the same, wherever they came from? What `-D` and `-C` ask. */
export function sameRule(a: Rule, b: Rule): boolean {
  return a === b || (sameTarget(a.target, b.target) && sameMatches(a.matches, b.matches) && same(a.ip, b.ip))
}

function sameTarget(a: Target | null, b: Target | null): boolean {
  return a === b || (a !== null && b !== null && a.kind === b.kind && same(a, b))
}

function sameMatches(a: readonly Match[], b: readonly Match[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i]!.kind !== b[i]!.kind || !same(a[i], b[i])) return false
  return true
}

/** Plain data, compared through and through; the order of fields does not matter. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
