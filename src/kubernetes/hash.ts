const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * A 32-bit number that looks drawn by chance and depends on the text alone: FNV-1a, then a mixing step
 * (MurmurHash3's) so that neighbouring names land far apart.
 */
export function hash32(text: string, seed = 0): number {
  let hash = FNV_OFFSET ^ seed
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The letters of generated names: no vowels, so that no words come out (apimachinery/pkg/util/rand/rand.go). */
const ALPHANUMS = 'bcdfghjklmnpqrstvwxz2456789'

/** As Kubernetes makes hashes fit for names (`SafeEncodeString`, apimachinery/pkg/util/rand/rand.go). */
export function safeEncode(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) out += ALPHANUMS[text.charCodeAt(i) % ALPHANUMS.length]
  return out
}

/** `length` characters as in generated names, drawn from the hash of `text`. */
export function nameSuffix(text: string, length: number, seed = 0): string {
  let out = ''
  let hash = 0
  for (let i = 0; i < length; i++) {
    if (i % 5 === 0) hash = hash32(text, seed + i)
    out += ALPHANUMS[hash % ALPHANUMS.length]
    hash = Math.floor(hash / ALPHANUMS.length)
  }
  return out
}

/** The value as JSON with its keys in order: equal values give equal texts, whatever order they were written in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
