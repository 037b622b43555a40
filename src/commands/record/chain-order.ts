const ORDER: ReadonlyMap<string, number> = new Map(
  [
    'raw PREROUTING',
    'mangle PREROUTING',
    'nat PREROUTING',
    'mangle INPUT',
    'filter INPUT',
    'nat INPUT',
    // iptables-nft registers it behind source NAT
    'security INPUT',
    'mangle FORWARD',
    'filter FORWARD',
    'security FORWARD',
    'raw OUTPUT',
    'mangle OUTPUT',
    'nat OUTPUT',
    'filter OUTPUT',
    'security OUTPUT',
    'mangle POSTROUTING',
    'nat POSTROUTING',
  ].map((name, order) => [name, order]),
)
/** What `chainOrder` says of a chain that is none of iptables' base chains. */
export const USER_CHAIN = 99

/** The place of a base chain in an order in which every packet meets them. A chain that is not later than the last one: another packet. */
export function chainOrder(table: string, chain: string): number {
  return ORDER.get(`${table} ${chain}`) ?? USER_CHAIN
}
