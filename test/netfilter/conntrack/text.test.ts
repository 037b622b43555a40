import { expect, test } from 'vitest'
import {
  type ConntrackEntry,
  entryOf,
  formatEntry,
  formatProcEntry,
  protocolName,
  stateName,
} from '../../../src/netfilter/conntrack/index.ts'
import { answerTo, ip, ping, sctp, sctpInit, tcp, udp } from './packets.ts'
import { Router } from './router.ts'

function entryAfter(router: Router, ...packets: Parameters<Router['forward']>[0][]): ConntrackEntry {
  for (const packet of packets) router.forward(packet)
  return entryOf(packets[0]!)!
}

// The expected lines are those of conntrack-tools 1.4.7 and /proc/net/nf_conntrack on Linux 6.18.
test('conntrack -L', () => {
  const router = new Router()
  const echo = ping('127.0.0.1', '127.0.0.1', 2142)
  const icmp = entryAfter(router, echo, answerTo(echo))
  const unanswered = entryAfter(router, udp('127.0.0.1:4000', '127.0.0.1:53'))
  const syn = tcp('127.0.0.1:4001', '127.0.0.1:80', 'S', { seq: 1 })
  const established = entryAfter(
    router,
    syn,
    tcp('127.0.0.1:80', '127.0.0.1:4001', 'SA', { seq: 9, ack: 2 }),
    tcp('127.0.0.1:4001', '127.0.0.1:80', 'A', { seq: 2, ack: 10 }),
  )
  router.sleep(0.1)
  const { now } = router.host.sim
  expect(formatEntry(icmp, now)).toBe(
    'icmp     1 29 src=127.0.0.1 dst=127.0.0.1 type=8 code=0 id=2142 src=127.0.0.1 dst=127.0.0.1 type=0 code=0 id=2142 mark=0 use=1',
  )
  expect(formatEntry(unanswered, now)).toBe(
    'udp      17 29 src=127.0.0.1 dst=127.0.0.1 sport=4000 dport=53 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=53 dport=4000 mark=0 use=1',
  )
  expect(formatEntry(established, now)).toBe(
    'tcp      6 431999 ESTABLISHED src=127.0.0.1 dst=127.0.0.1 sport=4001 dport=80 src=127.0.0.1 dst=127.0.0.1 sport=80 dport=4001 [ASSURED] mark=0 use=1',
  )
  router.conntrack.setMark(established, 77)
  expect(formatEntry(established, now)).toMatch(/\[ASSURED\] mark=77 use=1$/)
})

test('/proc/net/nf_conntrack', () => {
  const router = new Router()
  const { settings } = router.conntrack
  const { now } = router.host.sim
  const flow = entryAfter(router, udp('127.0.0.1:4000', '127.0.0.1:53'))
  expect(formatProcEntry(flow, now, settings)).toBe(
    'ipv4     2 udp      17 30 src=127.0.0.1 dst=127.0.0.1 sport=4000 dport=53 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=53 dport=4000 mark=0 zone=0 use=2',
  )
  const gre = entryAfter(router, ip('1.2.3.4', '4.3.2.1', 47, null, 8))
  expect(formatProcEntry(gre, now, settings)).toMatch(
    /^ipv4 {5}2 gre {6}47 30 timeout=30, stream_timeout=180 src=1.2.3.4/,
  )
})

test('conntrack -E', () => {
  const router = new Router()
  const packet = udp('127.0.0.1:4000', '127.0.0.1:53')
  router.forward(packet)
  router.forward(udp('127.0.0.1:53', '127.0.0.1:4000'))
  router.conntrack.setMark(entryOf(packet)!, 5)
  router.conntrack.setMark(entryOf(packet)!, 5)
  router.forward(udp('127.0.0.1:4000', '127.0.0.1:53'))
  router.conntrack.setMark(entryOf(packet)!, 0)
  router.forward(udp('127.0.0.1:4000', '127.0.0.1:53'))
  router.sleep(10)
  router.conntrack.flush()
  const tuples = 'src=127.0.0.1 dst=127.0.0.1 sport=4000 dport=53'
  const reply = 'src=127.0.0.1 dst=127.0.0.1 sport=53 dport=4000'
  expect(router.conntrackEvents()).toEqual([
    `[NEW] udp      17 30 ${tuples} [UNREPLIED] ${reply}`,
    `[UPDATE] udp      17 30 ${tuples} ${reply}`,
    `[UPDATE] udp      17 30 ${tuples} ${reply} mark=5`,
    `[UPDATE] udp      17 30 ${tuples} ${reply} mark=0`,
    `[DESTROY] udp      17 20 ${tuples} ${reply}`,
  ])
})

test('an event of a zone says so; one of an expired entry has no time', () => {
  const router = new Router()
  const packet = udp('127.0.0.1:4000', '127.0.0.1:53')
  const tuple = { src: packet.ip!.src, dst: packet.ip!.dst, protocol: 17, sport: 1, dport: 2 }
  router.conntrack.insert(tuple, { ...tuple, sport: 2, dport: 1 }, 1e9, 5)
  router.sleep(2)
  expect([...router.conntrack.entries()]).toEqual([])
  expect(router.conntrackEvents()).toEqual([
    '[NEW] udp      17 1 src=127.0.0.1 dst=127.0.0.1 sport=1 dport=2 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=2 dport=1 zone=5',
    '[DESTROY] udp      17 src=127.0.0.1 dst=127.0.0.1 sport=1 dport=2 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=2 dport=1 zone=5',
  ])
})

test('changes wait for a packet that passes: one that is dropped behind tells nothing', () => {
  const router = new Router()
  router.forward(udp('10.0.0.1:1', '10.0.1.1:2'))
  router.conntrackEvents()
  router.track(udp('10.0.1.1:2', '10.0.0.1:1'))
  expect(router.conntrackEvents()).toEqual([])
  router.forward(udp('10.0.0.1:1', '10.0.1.1:2'))
  expect(router.conntrackEvents()).toHaveLength(1)
})

test('names', () => {
  expect([1, 6, 17, 132, 47, 50].map(protocolName)).toEqual(['icmp', 'tcp', 'udp', 'sctp', 'gre', 'unknown'])
  const router = new Router()
  expect(stateName(entryAfter(router, sctp('10.0.0.1:1', '10.0.0.2:2', 0, sctpInit(1, 5))))).toBe('CLOSED')
  expect(stateName(entryAfter(router, udp('10.0.0.1:1', '10.0.0.2:2')))).toBeNull()
})
