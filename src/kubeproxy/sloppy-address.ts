import { type Ipv4, maskOf, type Prefix, tryParseIpv4 } from '../packet/address.ts'

/**
 * An IPv4 address as Go before 1.17 read it, which kube-proxy keeps to for old objects: leading zeros are decimal
 * (`ParseIPSloppy`, k8s.io/utils/net/parse.go). Undefined for everything else, IPv6 among it.
 */
export function parseAddressSloppily(text: string): Ipv4 | undefined {
  const strict = tryParseIpv4(text)
  if (strict !== undefined) return strict
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined
  return tryParseIpv4(text.split('.').map(Number).join('.'))
}

/**
 * A network read in the same way (`ParseCIDRSloppy`): the host bits are cleared, as Go prints an `IPNet`. Undefined
 * when it is no IPv4 CIDR.
 */
export function parseCidrSloppily(text: string): Prefix | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseAddressSloppily(text.slice(0, slash))
  const suffix = text.slice(slash + 1)
  if (address === undefined || !/^\d+$/.test(suffix) || Number(suffix) > 32) return undefined
  const length = Number(suffix)
  return { address: (address & maskOf(length)) as Ipv4, length }
}
