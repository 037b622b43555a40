/** Names of ICMP types and codes as ipset has them (lib/icmp.c), by `type << 8 | code`, in its order. */
const NAMES: readonly (readonly [string, number])[] = [
  ['echo-reply', 0x0000],
  ['pong', 0x0000],
  ['network-unreachable', 0x0300],
  ['host-unreachable', 0x0301],
  ['protocol-unreachable', 0x0302],
  ['port-unreachable', 0x0303],
  ['fragmentation-needed', 0x0304],
  ['source-route-failed', 0x0305],
  ['network-unknown', 0x0306],
  ['host-unknown', 0x0307],
  ['network-prohibited', 0x0309],
  ['host-prohibited', 0x030a],
  ['TOS-network-unreachable', 0x030b],
  ['TOS-host-unreachable', 0x030c],
  ['communication-prohibited', 0x030d],
  ['host-precedence-violation', 0x030e],
  ['precedence-cutoff', 0x030f],
  ['source-quench', 0x0400],
  ['network-redirect', 0x0500],
  ['host-redirect', 0x0501],
  ['TOS-network-redirect', 0x0502],
  ['TOS-host-redirect', 0x0503],
  ['echo-request', 0x0800],
  ['ping', 0x0800],
  ['router-advertisement', 0x0900],
  ['router-solicitation', 0x0a00],
  ['ttl-zero-during-transit', 0x0b00],
  ['ttl-zero-during-reassembly', 0x0b01],
  ['ip-header-bad', 0x0c00],
  ['required-option-missing', 0x0c01],
  ['timestamp-request', 0x0d00],
  ['timestamp-reply', 0x0e00],
  ['address-mask-request', 0x1100],
  ['address-mask-reply', 0x1200],
]

/** The first type and code whose name begins so, in any case. */
export function icmpByName(text: string): number | undefined {
  const wanted = text.toLowerCase()
  return NAMES.find(([name]) => name.toLowerCase().startsWith(wanted))?.[1]
}

/** `echo-request`, or `3/200` where there is no name. */
export function icmpName(typeAndCode: number): string {
  return NAMES.find(([, value]) => value === typeAndCode)?.[0] ?? `${typeAndCode >> 8}/${typeAndCode & 255}`
}
