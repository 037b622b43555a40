import { describe, expect, it } from 'vitest'
import { ConntrackEntry } from '../../../src/netfilter/conntrack/entry.ts'
import { IPS } from '../../../src/netfilter/conntrack/status.ts'
import { emptyTuple } from '../../../src/netfilter/conntrack/tuple.ts'
import { CONTINUE, RETURN } from '../../../src/netfilter/definition.ts'
import type { LogEvent } from '../../../src/netfilter/events.ts'
import { Hook, Verdict } from '../../../src/netfilter/hook.ts'
import { TARGETS } from '../../../src/netfilter/target/index.ts'
import { formatIpv4 } from '../../../src/packet/address.ts'
import { CtInfo, type Packet } from '../../../src/packet/packet.ts'
import { tcp, udp } from '../conntrack/packets.ts'
import { act, ETH0, hookState, namespace, rule } from '../support.ts'

const SYN = () => tcp('10.0.0.1:40000', '10.0.0.2:80', 'S')

/** The packet after the target. */
function changed(text: string, change: (packet: Packet) => void = () => {}): Packet {
  const packet = SYN()
  change(packet)
  expect(act(text, packet)).toBe(CONTINUE)
  return packet
}

describe('targets that change the packet', () => {
  it.each([
    ['-j MARK --set-mark 5', 0xff, 5],
    ['-j MARK --set-mark 0x4000/0x4000', 0x8001, 0xc001],
    ['-j MARK --set-xmark 0x4000/0x0', 0x4001, 1],
    ['-j MARK --and-mark 0xf0', 0xff, 0xf0],
    ['-j MARK --or-mark 0x80000000', 1, 0x80000001],
    ['-j MARK --xor-mark 0xf', 0xa, 5],
  ])('%s', (text, before, mark) => {
    expect(changed(text, (packet) => (packet.mark = before)).mark).toBe(mark)
  })

  it.each([
    ['-j TTL --ttl-set 9', 9],
    ['-j TTL --ttl-inc 200', 255],
    ['-j TTL --ttl-dec 5', 59],
    ['-j TTL --ttl-dec 70', 0],
  ])('%s', (text, ttl) => {
    expect(changed(text).ip!.ttl).toBe(ttl)
  })

  it.each([
    ['-j TOS --set-tos 0x10', 0x10],
    ['-j TOS --set-tos Minimize-Cost', 0xc2],
    ['-j TOS --and-tos 0x0f', 0x0d],
    ['-j TOS --or-tos 0x10', 0xdd],
    ['-j TOS --xor-tos 0x0d', 0xc0],
    ['-j DSCP --set-dscp 1', 0x05],
    ['-j DSCP --set-dscp-class EF', 0xb9],
  ])('%s', (text, tos) => {
    expect(changed(text, (packet) => (packet.ip!.tos = 0xcd)).ip!.tos).toBe(tos)
  })

  it('TCPMSS lowers and never raises', () => {
    const mss = (text: string, before: number, make = SYN) => {
      const packet = make()
      if (packet.l4?.kind === 'tcp') packet.l4.mss = before
      act(text, packet)
      return packet.l4?.kind === 'tcp' ? packet.l4.mss : undefined
    }
    expect(mss('-p tcp -j TCPMSS --set-mss 1000', 1460)).toBe(1000)
    expect(mss('-p tcp -j TCPMSS --set-mss 1460', 1000)).toBe(1000)
    expect(mss('-p tcp -j TCPMSS --set-mss 1000', 0)).toBe(536)
    expect(mss('-p tcp -j TCPMSS --set-mss 1000', 0, () => tcp('1.1.1.1:1', '1.1.1.2:2', 'A', { length: 5 }))).toBe(0)
    expect(mss('-p tcp -j TCPMSS --set-mss 1000', 0, () => udp('1.1.1.1:1', '1.1.1.2:2'))).toBeUndefined()
    const packet = changed('-p tcp -j TCPMSS --set-mss 1000')
    expect(packet.ip!.totalLength).toBe(SYN().ip!.totalLength + 4)
  })

  it('TRACE and CLASSIFY', () => {
    expect(changed('-j TRACE').nfTrace).toBe(true)
    expect(changed('-j CLASSIFY --set-class 1:a')).toEqual(SYN())
  })
})

describe('targets that decide', () => {
  it('ACCEPT, DROP, RETURN', () => {
    const state = hookState()
    const { context } = namespace()
    const result = (kind: string) => TARGETS.get(kind)!.compile({ kind })(SYN(), state, context)
    expect(result('ACCEPT')).toBe(Verdict.ACCEPT)
    expect(result('DROP')).toBe(Verdict.DROP)
    expect(result('RETURN')).toBe(RETURN)
  })

  it('REJECT answers and drops', () => {
    const { host, context } = namespace()
    const packet = SYN()
    expect(act('-p tcp -j REJECT --reject-with tcp-reset', packet, context)).toBe(Verdict.DROP)
    expect(act('-j REJECT', packet, context)).toBe(Verdict.DROP)
    expect(host.rejected.map(({ type }) => type)).toEqual(['tcp-reset', 'icmp-port-unreachable'])
  })

  it('LOG tells, if somebody listens', () => {
    const { host, context } = namespace()
    expect(act('-j LOG --log-prefix x', SYN(), context)).toBe(CONTINUE)
    const events = host.watch()
    expect(act('-j LOG --log-prefix "in: " --log-level info', SYN(), context)).toBe(CONTINUE)
    const [event] = events as LogEvent[]
    expect(event).toMatchObject({ kind: 'log', netns: 'host', prefix: 'in: ', level: 6 })
  })
})

/** Sends a first packet through a nat table that has this rule in a base chain. */
function translated(
  text: string,
  hook: Hook = Hook.PREROUTING,
): { packet: Packet; verdict: Verdict; entry: ConntrackEntry } {
  const { host, netfilter } = namespace()
  const chain = (['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const)[hook]
  netfilter.apply('nat', { kind: 'append', chain, rules: [rule(text)] })
  const packet = SYN()
  const first = hook === Hook.POSTROUTING ? Hook.OUTPUT : hook === Hook.INPUT ? Hook.PREROUTING : hook
  if (first !== hook)
    netfilter.run(first, packet, first === Hook.OUTPUT ? null : ETH0, first === Hook.OUTPUT ? ETH0 : null)
  const verdict = netfilter.run(hook, packet, hook === Hook.POSTROUTING || hook === Hook.OUTPUT ? null : ETH0, ETH0)
  expect(host.rejected).toEqual([])
  return { packet, verdict, entry: packet.ct as ConntrackEntry }
}
const destination = (packet: Packet) => `${formatIpv4(packet.ip!.dst)}:${(packet.l4 as { dport: number }).dport}`
const source = (packet: Packet) => `${formatIpv4(packet.ip!.src)}:${(packet.l4 as { sport: number }).sport}`

describe('targets that translate', () => {
  it('DNAT', () => {
    expect(destination(translated('-p tcp -j DNAT --to-destination 10.9.9.9:8080').packet)).toBe('10.9.9.9:8080')
    expect(destination(translated('-j DNAT --to-destination 10.9.9.9').packet)).toBe('10.9.9.9:80')
    expect(destination(translated('-p tcp -j DNAT --to-destination :8080').packet)).toBe('10.0.0.2:8080')
    expect(destination(translated('-p tcp -j DNAT --to-destination 10.9.9.9:8000-9000/0').packet)).toBe('10.9.9.9:8080')
    expect(translated('-j DNAT --to-destination 10.9.9.9', Hook.OUTPUT).entry.destinationTranslation).toBe('dnat')
  })

  it('SNAT and MASQUERADE', () => {
    expect(source(translated('-j SNAT --to-source 1.2.3.4', Hook.POSTROUTING).packet)).toBe('1.2.3.4:40000')
    expect(source(translated('-p tcp -j SNAT --to-source 1.2.3.4:5', Hook.POSTROUTING).packet)).toBe('1.2.3.4:5')
    expect(source(translated('-j SNAT --to-source 1.2.3.4', Hook.INPUT).packet)).toBe('1.2.3.4:40000')
    const { packet, entry } = translated('-p tcp -j MASQUERADE --to-ports 7', Hook.POSTROUTING)
    expect(source(packet)).toBe('192.168.0.1:7')
    expect(entry.sourceTranslation).toBe('masquerade')
    expect((entry.status & IPS.SRC_NAT) !== 0).toBe(true)
  })

  it('REDIRECT and NETMAP', () => {
    expect(destination(translated('-p tcp -j REDIRECT --to-ports 8080').packet)).toBe('192.168.0.1:8080')
    expect(destination(translated('-j REDIRECT', Hook.OUTPUT).packet)).toBe('127.0.0.1:80')
    expect(destination(translated('-j NETMAP --to 172.16.0.0/12').packet)).toBe('172.16.0.2:80')
    expect(source(translated('-j NETMAP --to 172.16.5.0/24', Hook.POSTROUTING).packet)).toBe('172.16.5.1:40000')
  })
})

describe('targets of conntrack', () => {
  const connected = () => {
    const packet = SYN()
    const entry = new ConntrackEntry(1, 0, emptyTuple(), emptyTuple())
    entry.mark = 0xf5
    packet.ct = entry
    packet.ctInfo = CtInfo.ESTABLISHED
    packet.mark = 0x3c
    return { packet, entry }
  }

  it.each([
    ['-j CONNMARK --set-mark 7', 7, 0x3c],
    ['-j CONNMARK --set-xmark 0x0a/0x0f', 0xfa, 0x3c],
    ['-j CONNMARK --save-mark', 0x3c, 0x3c],
    ['-j CONNMARK --save-mark --mask 0x0f', 0xfc, 0x3c],
    ['-j CONNMARK --restore-mark', 0xf5, 0xf5],
    ['-j CONNMARK --restore-mark --nfmask 0x0f --ctmask 0xf0', 0xf5, 0xc0],
  ])('%s', (text, connection, mark) => {
    const { packet, entry } = connected()
    expect(act(text, packet)).toBe(CONTINUE)
    expect([entry.mark, packet.mark]).toEqual([connection, mark])
  })

  it('CONNMARK passes over packets without a connection', () => {
    expect(changed('-j CONNMARK --restore-mark', (packet) => (packet.mark = 3)).mark).toBe(3)
  })

  it('NOTRACK and CT', () => {
    expect(changed('-j NOTRACK').ctInfo).toBe(CtInfo.UNTRACKED)
    expect(changed('-j CT --notrack').ctInfo).toBe(CtInfo.UNTRACKED)
    expect(changed('-j CT --zone 7').ct?.zone).toBe(7)
    expect(changed('-j CT --zone mark', (packet) => (packet.mark = 9)).ct?.zone).toBe(9)
    expect(changed('-j CT').ct?.zone).toBe(0)
    // who came first decides
    const { packet, entry } = connected()
    act('-j CT --zone 7', packet)
    act('-j NOTRACK', packet)
    expect(packet.ct).toBe(entry)
    const untracked = changed('-j NOTRACK')
    act('-j CT --zone 7', untracked)
    expect(untracked.ct).toBeNull()
  })
})
