import { KubehopError } from './errors.ts'

declare const macBrand: unique symbol

/** A 48-bit Ethernet address as a plain integer; its first octet is the most significant. */
export type Mac = number & { readonly [macBrand]: true }

/** ff:ff:ff:ff:ff:ff */
export const MAC_BROADCAST = 0xffffffffffff as Mac
/** 00:00:00:00:00:00 */
export const MAC_ZERO = 0 as Mac

const OCTET_40 = 2 ** 40

/** Is the group bit set: broadcast or multicast (`is_multicast_ether_addr`)? */
export function isMulticastMac(mac: Mac): boolean {
  return (Math.floor(mac / OCTET_40) & 1) === 1
}

/** The Ethernet group of an IPv4 group: 01:00:5e and its lowest 23 bits (`ip_eth_mc_map`). */
export function multicastMac(group: number): Mac {
  return (0x01005e000000 + (group & 0x7fffff)) as Mac
}

/** Is it 01:80:c2:00:00:0X, which a bridge does not forward (`is_link_local_ether_addr`)? */
export function isLinkLocalMac(mac: Mac): boolean {
  return mac >= 0x0180c2000000 && mac <= 0x0180c200000f
}

/** `0a:58:0a:f4:00:01` */
export function formatMac(mac: Mac): string {
  const hex = mac.toString(16).padStart(12, '0')
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10, 12)}`
}

/** Reads six hexadecimal octets with colons, as iproute2 does (`0:1:2:a:b:c` too). @throws KubehopError `BAD_MAC` */
export function parseMac(text: string): Mac {
  const octets = text.split(':')
  if (octets.length !== 6 || !octets.every((octet) => /^[0-9a-fA-F]{1,2}$/.test(octet))) {
    throw new KubehopError('BAD_MAC', `"${text}" is not an Ethernet address`, {
      hint: 'write six octets, such as 0a:58:0a:f4:00:01',
    })
  }
  return octets.reduce((value, octet) => value * 256 + Number.parseInt(octet, 16), 0) as Mac
}
