import { describe, expect, it } from 'vitest'
import { ConntrackEntry } from '../../../src/netfilter/conntrack/entry.ts'
import { IPS } from '../../../src/netfilter/conntrack/status.ts'
import { emptyTuple } from '../../../src/netfilter/conntrack/tuple.ts'
import { explainMiss, explainNearMisses } from '../../../src/netfilter/evaluate/near-misses.ts'
import { Hook } from '../../../src/netfilter/hook.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { ip, ping, sctp, tcp, udp } from '../conntrack/packets.ts'
import { hookState, namespace, rule, table } from '../support.ts'

const SYN = () => tcp('10.0.0.1:40000', '10.0.0.2:80', 'S')
const why = (text: string, packet: Packet = SYN(), state = hookState()) => {
  const miss = explainMiss(rule(text), packet, state, namespace().context)
  return miss === null ? null : `${miss.part} but ${miss.found}`
}

describe('why a rule did not match', () => {
  it.each([
    ['-s 10.9.0.0/16 -j DROP', '-s 10.9.0.0/16 but source 10.0.0.1'],
    ['! -d 10.0.0.2 -j DROP', '! -d 10.0.0.2/32 but destination 10.0.0.2'],
    ['-s 10.0.0.1 -i cni0', '-i cni0 but in eth0'],
    ['-o eth0', '-o eth0 but out cni0'],
    ['-p udp', '-p udp but protocol tcp'],
    ['-f', '-f but not a further fragment'],
    ['-p tcp --dport 81', '-m tcp --dport 81 but dport 80'],
    ['-p tcp --sport 81 --syn', '-m tcp --sport 81 --tcp-flags FIN,SYN,RST,ACK SYN but sport 40000, flags SYN'],
    ['-p tcp -m multiport --dports 1', '-m multiport --dports 1 but dport 80'],
    ['-p tcp -m multiport --sports 1', '-m multiport --sports 1 but sport 40000'],
    ['-p tcp -m multiport --ports 1', '-m multiport --ports 1 but sport 40000, dport 80'],
    ['-m comment --comment x -m mark --mark 1', '-m mark --mark 0x1 but mark 0x0'],
    ['-m conntrack --ctstate NEW', '-m conntrack --ctstate NEW but ctstate INVALID'],
    ['-m conntrack --ctstatus ASSURED', '-m conntrack --ctstatus ASSURED but ctstate INVALID'],
    ['-m state --state NEW', '-m state --state NEW but state INVALID'],
    ['-m addrtype --dst-type LOCAL', '-m addrtype --dst-type LOCAL but destination is UNICAST'],
    [
      '-m addrtype --src-type LOCAL --limit-iface-in',
      '-m addrtype --src-type LOCAL --limit-iface-in but source is UNICAST',
    ],
    ['-m physdev --physdev-is-in', '-m physdev --physdev-is-in but not bridged'],
    ['-m length --length 1', '-m length --length 1 but length 40'],
    ['-m ttl --ttl-eq 1', '-m ttl --ttl-eq 1 but ttl 64'],
    ['-m tos --tos 4', '-m tos --tos 0x04/0xff but tos 0x00'],
    ['-m dscp --dscp 4', '-m dscp --dscp 0x04 but dscp 0x00'],
    ['-m mac --mac-source 0:0:0:0:0:1', '-m mac --mac-source 00:00:00:00:00:01 but MAC source 00:00:00:00:00:00'],
    ['-m pkttype --pkt-type broadcast', '-m pkttype --pkt-type broadcast but packet type unicast'],
    ['-m iprange --src-range 1.1.1.1-1.1.1.2', '-m iprange --src-range 1.1.1.1-1.1.1.2 but source 10.0.0.1'],
    ['-m iprange --dst-range 1.1.1.1-1.1.1.2', '-m iprange --dst-range 1.1.1.1-1.1.1.2 but destination 10.0.0.2'],
    ['-m connmark --mark 1', '-m connmark --mark 0x1 but no connection'],
    ['-p tcp -m tcpmss --mss 1', '-m tcpmss --mss 1 but mss 0'],
    [
      '-m statistic --mode random --probability 0.5',
      '-m statistic --mode random --probability 0.50000000000 but the draw went to another rule',
    ],
    ['-m recent --rcheck', '-m recent --rcheck --name DEFAULT --mask 255.255.255.255 --rsource but did not hold'],
    ['-m limit', '-m limit --limit 3/hour but did not hold'],
    ['-p tcp --tcp-option 5', '-m tcp --tcp-option 5 but '],
  ])('%s', (text, expected) => {
    expect(why(text)).toBe(expected)
  })

  it('other packets', () => {
    expect(why('-p udp --dport 1 --sport 2', udp('1.1.1.1:5', '1.1.1.2:6'))).toBe(
      '-m udp --sport 2 --dport 1 but sport 5, dport 6',
    )
    expect(why('-p sctp --sport 1 --dport 2 --chunk-types any DATA', sctp('1.1.1.1:5', '1.1.1.2:6', 0, 1))).toBe(
      '-m sctp --sport 1 --dport 2 --chunk-types any DATA but sport 5, dport 6, chunk types 1',
    )
    expect(why('-p icmp --icmp-type 0', ping('1.1.1.1', '1.1.1.2'))).toBe(
      '-m icmp --icmp-type 0 but ICMP type 8 code 0',
    )
    const raw = (protocol: number) => ip('1.1.1.1', '1.1.1.2', protocol, null, 8)
    expect(why('-p tcp --dport 1', raw(6))).toBe('-m tcp --dport 1 but no TCP header')
    expect(why('-p udp --dport 1', raw(17))).toBe('-m udp --dport 1 but no UDP header')
    expect(why('-p sctp --dport 1', raw(132))).toBe('-m sctp --dport 1 but no SCTP header')
    expect(why('-p icmp --icmp-type 1', raw(1))).toBe('-m icmp --icmp-type 1 but no ICMP header')
    expect(why('-p tcp -m multiport --dports 1', raw(6))).toBe('-m multiport --dports 1 but no ports')
    expect(why('-p tcp -m tcpmss --mss 1', raw(6))).toBe('-m tcpmss --mss 1 but no TCP header')
    const state = hookState(Hook.OUTPUT, null, null)
    expect(why('-i eth0', SYN(), state)).toBe('-i eth0 but no input device')
    expect(why('-o eth0', SYN(), state)).toBe('-o eth0 but no output device')
    const late = SYN()
    late.ip!.fragmentOffset = 8
    expect(why('! -f', late)).toBe('! -f but a further fragment')
    const bridged = SYN()
    bridged.bridge = { physInIfindex: 2, physOutIfindex: 99 }
    expect(why('-m physdev --physdev-in cni0', bridged)).toBe(
      '-m physdev --physdev-in cni0 but physin eth0, physout unknown',
    )
    const tracked = SYN()
    const entry = new ConntrackEntry(1, 0, emptyTuple(), emptyTuple())
    entry.mark = 7
    entry.status = IPS.SRC_NAT | IPS.DST_NAT
    tracked.ct = entry
    expect(why('-m connmark --mark 1', tracked)).toBe('-m connmark --mark 0x1 but connection mark 0x7')
    expect(why('-m conntrack --ctstate NEW', tracked)).toBe(
      '-m conntrack --ctstate NEW but ctstate ESTABLISHED,SNAT,DNAT',
    )
    expect(why('-m conntrack --ctstatus ASSURED', tracked)).toBe('-m conntrack --ctstatus ASSURED but ctstatus NONE')
  })

  it('is not known of rules that match, or are not modelled', () => {
    expect(why('-p tcp -j DROP')).toBeNull()
    expect(why('-m u32 --u32 0=0')).toBeNull()
  })
})

describe('explainNearMisses', () => {
  const filter = table('filter', ':A - [0:0]', '-A A -s 1.1.1.1', '-A A -p udp', '-A A -j ACCEPT', '-A A -d 1.1.1.1')
  const ask = (options: { until?: number; limit?: number } = {}, chain = 'A') => {
    const { misses, skipped } = explainNearMisses(filter, chain, SYN(), hookState(), namespace().context, options)
    return [misses.map(({ position, part }) => `${position} ${part}`), skipped]
  }

  it('lists the rules that were looked at before the one that matched', () => {
    expect(ask({ until: 3 })).toEqual([['1 -s 1.1.1.1/32', '2 -p udp'], 0])
    expect(ask()).toEqual([['1 -s 1.1.1.1/32', '2 -p udp', '4 -d 1.1.1.1/32'], 0])
    expect(ask({ until: 3, limit: 1 })).toEqual([['2 -p udp'], 1])
    expect(ask({ limit: 0 })).toEqual([[], 3])
    expect(ask({}, 'NOPE')).toEqual([[], 0])
  })
})
