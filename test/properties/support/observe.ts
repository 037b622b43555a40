import type { Journey, Trace, TraceBranch } from '../../../src/trace/index.ts'
import type { Outcome } from './service-model.ts'

/** Where a packet went: the last destination that it was given. */
export function destinationOf({ translations, packet }: TraceBranch): string {
  return translations.findLast(({ kind }) => kind === 'dnat')?.to ?? `${packet.dst}:${packet.dport}`
}

/** The answer as its receiver's socket sees it, `from > to`: with all that was undone on the way. */
export function answerAsSeen({ packet, translations }: Journey): string {
  let from = `${packet.src}:${packet.sport}`
  let to = `${packet.dst}:${packet.dport}`
  for (const { kind, to: after } of translations) {
    if (kind === 'dnat' || kind === 'redirect') from = after
    else to = after
  }
  return `${from} > ${to}`
}

/** Shares of the packets by where they went. Rounded: kube-proxy writes odds with ten digits. */
export function sharesOf(trace: Trace): Record<string, number> {
  const shares = new Map<string, number>()
  for (const branch of trace.branches) {
    const where = destinationOf(branch)
    shares.set(where, (shares.get(where) ?? 0) + branch.probability)
  }
  return Object.fromEntries([...shares].map(([where, share]) => [where, Number(share.toFixed(8))]))
}

/** What the documentation says of the shares: each as much as the others. */
export function equalShares(backends: Exclude<Outcome, string>): Record<string, number> {
  const share = Number((1 / backends.length).toFixed(8))
  return Object.fromEntries(backends.map(({ address }) => [address, share]))
}
