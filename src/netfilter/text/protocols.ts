import { badRule } from './errors.ts'
import { parseUnsigned } from './numbers.ts'

/**
 * The names that Debian's netbase gives to protocol numbers (/etc/protocols): what `-p` reads and iptables-save prints.
 */
const NAMES =
  '0:ip 1:icmp 2:igmp 3:ggp 4:ipencap 5:st 6:tcp 8:egp 9:igp 12:pup 17:udp 20:hmp 22:xns-idp 27:rdp 29:iso-tp4 33:dccp 36:xtp 37:ddp ' +
  '38:idpr-cmtp 41:ipv6 43:ipv6-route 44:ipv6-frag 45:idrp 46:rsvp 47:gre 50:esp 51:ah 57:skip 58:ipv6-icmp 59:ipv6-nonxt 60:ipv6-opts ' +
  '73:rspf 81:vmtp 88:eigrp 89:ospf 93:ax.25 94:ipip 97:etherip 98:encap 103:pim 108:ipcomp 112:vrrp 115:l2tp 124:isis 132:sctp 133:fc ' +
  '135:mobility-header 136:udplite 137:mpls-in-ip 138:manet 139:hip 140:shim6 141:wesp 142:rohc 143:ethernet'

/** Further spellings: aliases of /etc/protocols, and names that iptables itself knows (`xtables_chain_protos`). */
const ALIASES: readonly (readonly [string, number])[] = [
  ['icmpv6', 58],
  ['ipv6-mh', 135],
  ['mh', 135],
  ['all', 0],
  ['hopopt', 0],
  ['ospfigp', 89],
]

const byNumber: (string | undefined)[] = []
const byName = new Map<string, number>(ALIASES)
for (const pair of NAMES.split(' ')) {
  const colon = pair.indexOf(':')
  byNumber[Number(pair.slice(0, colon))] = pair.slice(colon + 1)
  byName.set(pair.slice(colon + 1), Number(pair.slice(0, colon)))
}

/** The number behind `-p`: a name in any case, or a number. */
export function parseProtocol(text: string): number {
  const known = byName.get(text) ?? parseUnsigned(text, 255) ?? byName.get(text.toLowerCase())
  if (known === undefined) badRule(`unknown protocol "${text}" specified`)
  return known
}

/** The name that iptables-save prints, or the number when there is none. */
export function formatProtocol(protocol: number): string {
  return byNumber[protocol] ?? `${protocol}`
}
