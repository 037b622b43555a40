import { sha256 } from '../packet/sha256.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** How many characters of the hash go into a name: iptables takes at most 28 characters for a chain. */
const HASH_LENGTH = 16

/**
 * The hash in the names of a Service's chains: SHA-256, RFC 4648 base 32, first 16 characters
 * (`portProtoHash`, pkg/proxy/iptables/proxier.go).
 *
 * @param text `namespace/name:port` and the protocol in lower case, for an endpoint also its `ip:port`
 */
export function chainHash(text: string): string {
  const digest = sha256(text)
  let out = ''
  // 16 characters of 5 bits are the first 10 octets exactly: two groups of 40 bits
  for (let group = 0; group < HASH_LENGTH / 8; group++) {
    const at = group * 5
    const b0 = digest[at]!
    const b1 = digest[at + 1]!
    const b2 = digest[at + 2]!
    const b3 = digest[at + 3]!
    const b4 = digest[at + 4]!
    out +=
      BASE32[b0 >> 3]! +
      BASE32[((b0 & 7) << 2) | (b1 >> 6)]! +
      BASE32[(b1 >> 1) & 31]! +
      BASE32[((b1 & 1) << 4) | (b2 >> 4)]! +
      BASE32[((b2 & 15) << 1) | (b3 >> 7)]! +
      BASE32[(b3 >> 2) & 31]! +
      BASE32[((b3 & 3) << 3) | (b4 >> 5)]! +
      BASE32[b4 & 31]!
  }
  return out
}

/** Prefixes of the chains that belong to one Service port or endpoint. */
export const CHAIN_PREFIX = {
  /** Cluster policy: chooses among all endpoints. */
  SVC: 'KUBE-SVC-',
  /** Local policy: chooses among the endpoints of this node. */
  SVL: 'KUBE-SVL-',
  /** Everything from outside: node ports, external and load balancer addresses. */
  EXT: 'KUBE-EXT-',
  /** `loadBalancerSourceRanges`. */
  FW: 'KUBE-FW-',
  /** One endpoint. */
  SEP: 'KUBE-SEP-',
} as const

/** Does the name belong to a chain that kube-proxy deletes when nothing needs it (`isServiceChainName`)? */
export function isServiceChainName(name: string): boolean {
  return (
    name.startsWith(CHAIN_PREFIX.SVC) ||
    name.startsWith(CHAIN_PREFIX.SVL) ||
    name.startsWith(CHAIN_PREFIX.SEP) ||
    name.startsWith(CHAIN_PREFIX.FW) ||
    name.startsWith(CHAIN_PREFIX.EXT)
  )
}
