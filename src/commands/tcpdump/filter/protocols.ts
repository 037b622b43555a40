import { kindTest, type Test } from './view.ts'

const TYPES: Readonly<Record<string, number>> = { ip: 0x800, arp: 0x806, rarp: 0x8035, ip6: 0x86dd }
export const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  igrp: 9,
  tcp: 6,
  udp: 17,
  esp: 50,
  ah: 51,
  pim: 103,
  vrrp: 112,
  sctp: 132,
}

/** The test that a protocol's name alone is, or undefined: it is none. */
export function protocolTest(name: string): Test | undefined {
  const type = TYPES[name]
  if (type !== undefined) return typeTest(type)
  const number = IP_PROTOCOLS[name]
  if (number !== undefined) return ipProtocolTest(number)
  // there is no IPv6 here
  return name === 'icmp6' ? { passes: () => false, ofKind: () => null } : undefined
}

export function typeTest(type: number): Test {
  return kindTest((each) => each.type === type)
}

export function ipProtocolTest(protocol: number): Test {
  return kindTest((each) => each.protocol === protocol)
}
