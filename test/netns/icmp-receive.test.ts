import { describe, expect, it } from 'vitest'
import { TestNetwork } from '../support/network.ts'

function pair() {
  const net = new TestNetwork()
  const a = net.netns('a')
  const b = net.netns('b')
  net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
  return { net, a, b }
}

describe('an echo request to everybody', () => {
  it('is ignored, and counted as an error', () => {
    const { net, a, b } = pair()
    net.ping(a, '10.0.0.255')
    expect(b.snmp.get('IcmpInEchos')).toBe(1)
    expect(b.snmp.get('IcmpInErrors')).toBe(1)
    expect(b.snmp.get('IcmpOutEchoReps')).toBe(0)
  })

  it('is answered when the host is told to', () => {
    const { net, a, b } = pair()
    b.sysctl.set('ipv4.icmp_echo_ignore_broadcasts', 0)
    net.ping(a, '10.0.0.255')
    expect(b.snmp.get('IcmpInErrors')).toBe(0)
    expect(b.snmp.get('IcmpOutEchoReps')).toBe(1)
    expect(a.snmp.get('IcmpInEchoReps')).toBe(1)
  })
})

it('a host that ignores echo requests ignores its own, without an error', () => {
  const { net, a, b } = pair()
  b.sysctl.set('ipv4.icmp_echo_ignore_all', 1)
  net.ping(a, '10.0.0.2')
  expect([b.snmp.get('IcmpInEchos'), b.snmp.get('IcmpInErrors'), b.snmp.get('IcmpOutMsgs')]).toEqual([1, 0, 0])
})
