import type { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, formatMac, type Ipv4 } from '../../packet/index.ts'
import type { KernelFile } from './kernel-file.ts'

/** `ATF_*` (include/uapi/linux/if_arp.h). */
export const ArpFlag = { COMPLETE: 2, PERMANENT: 4, PUBLISHED: 8 } as const

/** One line of /proc/net/arp. */
export interface ArpLine {
  readonly address: Ipv4
  readonly flags: number
  readonly mac: string
  /** `*`: on each device. */
  readonly device: string
}

const NO_MAC = '00:00:00:00:00:00'

/** Neighbours, then the addresses that are answered for (`arp_seq_show`, net/ipv4/arp.c); entries that need no ARP are not shown. */
export function arpLines(netns: NetworkNamespace): ArpLine[] {
  const lines: ArpLine[] = []
  for (const { link, address, mac, state } of netns.neighbours.entries()) {
    if (state === 'NOARP') continue
    const isKnown = state !== 'FAILED' && state !== 'INCOMPLETE' && state !== 'NONE'
    const flags = state === 'PERMANENT' ? ArpFlag.PERMANENT | ArpFlag.COMPLETE : isKnown ? ArpFlag.COMPLETE : 0
    lines.push({ address, flags, mac: formatMac(mac), device: link.name })
  }
  for (const { address, link } of netns.neighbours.proxies.list()) {
    lines.push({ address, flags: ArpFlag.PUBLISHED | ArpFlag.PERMANENT, mac: NO_MAC, device: link?.name ?? '*' })
  }
  return lines
}

/** /proc/net/arp */
export const netArp: KernelFile = {
  path: /^\/proc\/(?:self\/)?net\/arp$/,
  read: ({ netns }) => {
    const lines = arpLines(netns).map(
      ({ address, flags, mac, device }) =>
        `${formatIpv4(address).padEnd(16)} 0x${(device === '*' ? '0' : '1').padEnd(10)}0x${flags.toString(16).padEnd(10)}${mac}     *        ${device}\n`,
    )
    return `IP address       HW type     Flags       HW address            Mask     Device\n${lines.join('')}`
  },
}
