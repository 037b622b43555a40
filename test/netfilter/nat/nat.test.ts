import { describe, expect, test } from 'vitest'
import { attachRelated, entryOf, formatTuple, IPS } from '../../../src/netfilter/conntrack/index.ts'
import { Hook, type HookFunction, Verdict } from '../../../src/netfilter/hook.ts'
import { natRange, type TranslatedEvent } from '../../../src/netfilter/nat/index.ts'
import { formatIpv4, parseIpv4 } from '../../../src/packet/address.ts'
import type { Packet, RouteAttachment } from '../../../src/packet/packet.ts'
import { answerTo, icmp, ip, ping, pong, tcp, udp, unreachable } from '../conntrack/packets.ts'
import { headers, Router } from '../conntrack/router.ts'

const CLIENT = '10.0.0.1:40000'
const VIP = '192.0.2.80:80'
const SERVER = '10.0.1.1:8080'

/** A nat table with one rule in one hook. */
function rule(hook: Hook, target: (router: Router) => HookFunction): Router {
  const router = new Router()
  const run = target(router)
  router.rules = (packet, state) => (state.hook === hook ? run(packet, state) : Verdict.ACCEPT)
  return router
}

const dnat = (to: string, hook: Hook = Hook.PREROUTING) =>
  rule(
    hook,
    ({ nat }) =>
      (packet) =>
        nat.setup(packet, range(to), 'dst'),
  )

const snat = (to: string, options = {}) =>
  rule(
    Hook.POSTROUTING,
    ({ nat }) =>
      (packet) =>
        nat.setup(packet, range(to, options), 'src'),
  )

const masquerade = (options = {}) =>
  rule(
    Hook.POSTROUTING,
    ({ nat }) =>
      (packet, state) =>
        nat.masquerade(packet, state, natRange(options)),
  )

/** `10.0.0.1`, `10.0.0.1:80`, `10.0.0.1-10.0.0.9:80-90` */
function range(text: string, options: Parameters<typeof natRange>[0] = {}) {
  const [addresses, ports] = text.split(':')
  const [first, last] = addresses!.split('-').map(parseIpv4)
  const [from, to] = (ports ?? '').split('-').map(Number)
  return natRange({
    address: last === undefined ? first! : [first!, last],
    ...(ports === undefined ? {} : { port: to === undefined ? from! : [from!, to] }),
    ...options,
  })
}

function translations(router: Router): string[] {
  const lines = router.events
    .filter((event): event is TranslatedEvent => event.kind === 'translated')
    .map((event) => {
      const end = ({ address, port }: TranslatedEvent['from']) => formatIpv4(address) + (port < 0 ? '' : `:${port}`)
      const where = event.quoted ? 'quoted ' : ''
      return `${event.undo ? 'undo ' : ''}${event.by} ${where}${event.manipulation} ${end(event.from)} > ${end(event.to)}`
    })
  router.events.length = 0
  return lines
}

describe('DNAT', () => {
  test('changes the destination of all packets, and the source of the answers', () => {
    const router = dnat(SERVER)
    const syn = tcp(CLIENT, VIP, 'S', { seq: 1000 })
    router.forward(syn)
    expect(headers(syn)).toBe('10.0.0.1:40000 > 10.0.1.1:8080')
    const answer = tcp(SERVER, CLIENT, 'SA', { seq: 5000, ack: 1001 })
    router.forward(answer)
    expect(headers(answer)).toBe('192.0.2.80:80 > 10.0.0.1:40000')
    const ack = tcp(CLIENT, VIP, 'A', { seq: 1001, ack: 5001 })
    router.forward(ack)
    expect(headers(ack)).toBe('10.0.0.1:40000 > 10.0.1.1:8080')
    expect(translations(router)).toEqual([
      'dnat dst 192.0.2.80:80 > 10.0.1.1:8080',
      'undo dnat src 10.0.1.1:8080 > 192.0.2.80:80',
      'dnat dst 192.0.2.80:80 > 10.0.1.1:8080',
    ])
    const { original, reply } = entryOf(syn)!
    expect(`${formatTuple(original)} ${formatTuple(reply)}`).toBe(
      'src=10.0.0.1 dst=192.0.2.80 sport=40000 dport=80 src=10.0.1.1 dst=10.0.0.1 sport=8080 dport=40000',
    )
  })

  test('the nat table sees the first packet alone, once in each hook; first means unconfirmed, not unanswered', () => {
    const router = new Router().withoutRules()
    router.forward(udp(CLIENT, SERVER))
    expect(router.lookups).toBe(2)
    router.forward(udp(CLIENT, SERVER))
    router.forward(udp(SERVER, CLIENT))
    expect(router.lookups).toBe(2)
  })

  test('without a port in the range the port stays', () => {
    const router = dnat('10.0.1.1')
    const packet = udp(CLIENT, VIP)
    router.forward(packet)
    expect(headers(packet)).toBe('10.0.0.1:40000 > 10.0.1.1:80')
  })

  test('into a range of ports: the first one while it is free for this source', () => {
    const router = dnat('10.0.1.1:3000-3009')
    const ports = [40000, 40001].map((port) => {
      const packet = udp(`10.0.0.1:${port}`, VIP)
      router.forward(packet)
      return headers(packet)
    })
    expect(ports).toEqual(['10.0.0.1:40000 > 10.0.1.1:3000', '10.0.0.1:40001 > 10.0.1.1:3000'])
    const again = udp(CLIENT, '192.0.2.81:80')
    router.forward(again)
    expect(headers(again)).toBe('10.0.0.1:40000 > 10.0.1.1:3001')
  })

  test('with a base port each port goes to the one as far from the first', () => {
    const router = rule(
      Hook.PREROUTING,
      ({ nat }) =>
        (packet) =>
          nat.setup(packet, range('10.0.1.1:3000-3009', { basePort: 1010 }), 'dst'),
    )
    const ports = [1010, 1013, 1019].map((port) => {
      const packet = udp(CLIENT, `192.0.2.80:${port}`)
      router.forward(packet)
      return headers(packet)
    })
    expect(ports.map((text) => text.split(':').at(-1))).toEqual(['3000', '3003', '3009'])
  })

  test('a packet whose destination changed before routing loses its route', () => {
    const router = dnat(SERVER)
    const packet = udp(CLIENT, VIP)
    const route: RouteAttachment = { outputIfindex: 1 }
    packet.route = route
    router.forward(packet)
    expect(packet.route).toBeNull()
    const answer = udp(SERVER, CLIENT)
    answer.route = route
    router.forward(answer)
    expect(answer.route).toBe(route)
  })

  test('in OUTPUT every packet of the flow must be routed again, and no other', () => {
    const router = dnat(SERVER, Hook.OUTPUT)
    const packet = udp('192.0.2.1:40000', VIP)
    router.send(packet)
    expect(headers(packet)).toBe('192.0.2.1:40000 > 10.0.1.1:8080')
    expect(router.nat.mustReroute(packet)).toBe(true)
    const more = udp('192.0.2.1:40000', VIP)
    router.send(more)
    expect(router.nat.mustReroute(more)).toBe(true)
    const answer = udp(SERVER, '192.0.2.1:40000')
    answer.socket = 5
    router.receive(answer)
    expect(headers(answer)).toBe('192.0.2.80:80 > 192.0.2.1:40000')
    expect(answer.socket).toBe(0)
    expect(router.nat.mustReroute(answer)).toBe(false)
    expect(router.nat.mustReroute(udp(CLIENT, VIP))).toBe(false)
  })

  test('to oneself is no translation', () => {
    const router = dnat('10.0.1.1:8080')
    const packet = udp(CLIENT, SERVER)
    router.forward(packet)
    expect(entryOf(packet)!.status & IPS.DST_NAT).toBe(0)
    expect(translations(router)).toEqual([])
  })
})

describe('SNAT', () => {
  test('changes the source, and keeps the port when it is free', () => {
    const router = snat('192.0.2.1')
    const packet = udp(CLIENT, '198.51.100.1:53')
    router.forward(packet)
    expect(headers(packet)).toBe('192.0.2.1:40000 > 198.51.100.1:53')
    const answer = udp('198.51.100.1:53', '192.0.2.1:40000')
    router.forward(answer)
    expect(headers(answer)).toBe('198.51.100.1:53 > 10.0.0.1:40000')
    expect(translations(router)).toEqual([
      'snat src 10.0.0.1:40000 > 192.0.2.1:40000',
      'undo snat dst 192.0.2.1:40000 > 10.0.0.1:40000',
    ])
  })

  test.each([
    [400, 1, 511],
    [700, 600, 1023],
    [40000, 1024, 65535],
  ])('a colliding port %i becomes a random one from %i to %i', (port, low, high) => {
    const router = snat('192.0.2.1')
    router.forward(udp(`10.0.0.1:${port}`, '198.51.100.1:53'))
    const found = new Set<number>()
    for (let host = 2; host < 12; host++) {
      const packet = udp(`10.0.0.${host}:${port}`, '198.51.100.1:53')
      expect(router.forward(packet)).toBe(true)
      found.add(packet.l4?.kind === 'udp' ? packet.l4.sport : -1)
    }
    expect(found.size).toBe(10)
    expect(found.has(port)).toBe(false)
    expect(Math.min(...found)).toBeGreaterThanOrEqual(low)
    expect(Math.max(...found)).toBeLessThanOrEqual(high)
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(20)
  })

  test('a source keeps its translation for other destinations, while there is no collision', () => {
    const router = snat('192.0.2.10-192.0.2.250')
    const sources = ['1.1.1.1:53', '8.8.8.8:53', '9.9.9.9:99'].map((destination) => {
      const packet = udp(CLIENT, destination)
      router.forward(packet)
      return headers(packet).split(' ')[0]
    })
    expect(new Set(sources).size).toBe(1)
    // Another port of the same host is another source: the hash decides by the destination, too.
    const other = udp('10.0.0.1:40001', '8.8.8.8:53')
    router.forward(other)
    expect(headers(other).split(':')[0]).not.toBe(sources[0]!.split(':')[0])
  })

  test('and forgets it with its last connection', () => {
    const router = snat('192.0.2.10-192.0.2.250')
    const first = udp(CLIENT, '1.1.1.1:53')
    router.forward(first)
    router.sleep(31)
    const later = udp(CLIENT, '8.8.8.8:53')
    router.forward(later)
    expect(later.ip!.src).not.toBe(first.ip!.src)
  })

  test('when every port of the range is taken the packet is dropped', () => {
    const router = snat('192.0.2.1:5000-5003')
    const passed = [1, 2, 3, 4, 5, 6].map((port) => router.forward(udp(`10.0.0.1:${port}`, '198.51.100.1:53')))
    expect(passed).toEqual([true, true, true, true, false, false])
    expect(router.conntrack.statistics.insert_failed).toBe(2)
    expect([...router.conntrack.entries()].map((entry) => entry.reply.dport).sort()).toEqual([5000, 5001, 5002, 5003])
  })

  test('a large range that is full is searched in ever smaller pieces, and then given up', () => {
    const router = snat('192.0.2.1:5000-5199')
    let passed = 0
    for (let port = 1; port <= 260; port++) if (router.forward(udp(`10.0.0.1:${port}`, '198.51.100.1:53'))) passed++
    expect(passed).toBeGreaterThan(180)
    expect(passed).toBeLessThanOrEqual(200)
  })

  test('a port of the range that the packet has already stays', () => {
    const router = snat('192.0.2.1:5000-5999')
    const packet = udp('10.0.0.1:5555', '198.51.100.1:53')
    router.forward(packet)
    expect(headers(packet)).toBe('192.0.2.1:5555 > 198.51.100.1:53')
    const single = snat('192.0.2.1:7000')
    const other = udp('10.0.0.1:7000', '198.51.100.1:53')
    single.forward(other)
    expect(headers(other)).toBe('192.0.2.1:7000 > 198.51.100.1:53')
  })

  test('ports alone, in either order', () => {
    const router = rule(
      Hook.POSTROUTING,
      ({ nat }) =>
        (packet) =>
          nat.setup(packet, natRange({ port: [6001, 6000] }), 'src'),
    )
    const packet = udp(CLIENT, '198.51.100.1:53')
    router.forward(packet)
    expect(headers(packet)).toMatch(/^10\.0\.0\.1:600[01] >/)
  })

  test.each([{ random: true }, { randomFully: true }])('%o: never the own port', (options) => {
    const router = snat('192.0.2.1', options)
    const ports = ['198.51.100.1:53', '198.51.100.2:53'].map((destination) => {
      const packet = udp(CLIENT, destination)
      router.forward(packet)
      return packet.l4?.kind === 'udp' ? packet.l4.sport : -1
    })
    expect(ports).not.toContain(40000)
    expect(ports[0]).not.toBe(ports[1])
  })

  test('a local flow that collides with a translated one gets another port, though no rule matches it', () => {
    const router = rule(
      Hook.POSTROUTING,
      ({ nat }) =>
        (packet, state) =>
          formatIpv4(packet.ip!.src) === '10.0.0.1' ? nat.masquerade(packet, state, natRange({})) : Verdict.ACCEPT,
    )
    router.forward(udp(CLIENT, '198.51.100.1:53'))
    const own = udp('192.0.2.1:40000', '198.51.100.1:53')
    router.send(own)
    expect(own.l4).not.toMatchObject({ sport: 40000 })
    expect(formatIpv4(own.ip!.src)).toBe('192.0.2.1')
    expect(translations(router).at(-1)).toMatch(/^snat src 192\.0\.2\.1:40000 > 192\.0\.2\.1:/)
    const answer = answerTo(own)
    router.receive(answer)
    expect(headers(answer)).toBe('198.51.100.1:53 > 192.0.2.1:40000')
  })

  test('protocols without ports change their address, and collide', () => {
    const router = snat('192.0.2.1')
    const first = ip('10.0.0.1', '198.51.100.1', 50, null, 20)
    expect(router.forward(first)).toBe(true)
    expect(headers(first)).toBe('192.0.2.1 > 198.51.100.1')
    expect(router.forward(ip('10.0.0.2', '198.51.100.1', 50, null, 20))).toBe(false)
    const ported = snat('192.0.2.1:5000')
    expect(ported.forward(ip('10.0.0.1', '198.51.100.1', 50, null, 20))).toBe(true)
  })

  test('ICMP: a colliding identifier becomes random, and comes back as it was', () => {
    const router = snat('192.0.2.1')
    router.forward(ping('10.0.0.1', '198.51.100.1', 77))
    const second = ping('10.0.0.2', '198.51.100.1', 77)
    router.forward(second)
    const { id } = second.l4 as { id: number }
    expect(id).not.toBe(77)
    const answer = pong('198.51.100.1', '192.0.2.1', id)
    router.forward(answer)
    expect(headers(answer)).toBe('198.51.100.1 > 10.0.0.2 id 77')
  })

  test('ICMP: identifiers of a range', () => {
    const router = snat('192.0.2.1:100-109')
    const ids = [5, 5, 105].map((id, i) => {
      const packet = ping(`10.0.0.${i + 1}`, '198.51.100.1', id)
      router.forward(packet)
      return (packet.l4 as { id: number }).id
    })
    expect(ids.every((id) => id >= 100 && id <= 109)).toBe(true)
    expect(new Set(ids).size).toBe(3)
  })

  test('in TIME_WAIT a port may be taken over when ports run out and the client has moved on', () => {
    const router = snat('192.0.2.1:5000')
    const server = '198.51.100.1:80'
    const through = (flags: string, options: Parameters<typeof tcp>[3], back = false) => {
      const packet = back ? tcp(server, '192.0.2.1:5000', flags, options) : tcp('10.0.0.1:1000', server, flags, options)
      expect(router.forward(packet)).toBe(true)
      return packet
    }
    const first = through('S', { seq: 1000 })
    expect(router.forward(tcp('10.0.0.1:1001', server, 'S', { seq: 500_000 }))).toBe(false)
    through('SA', { seq: 5000, ack: 1001 }, true)
    through('FA', { seq: 1001, ack: 5001 })
    through('FA', { seq: 5001, ack: 1002 }, true)
    through('A', { seq: 1002, ack: 5002 })
    expect(router.forward(tcp('10.0.0.1:1001', server, 'S', { seq: 500 }))).toBe(false)
    const next = tcp('10.0.0.1:1001', server, 'S', { seq: 500_000 })
    expect(router.forward(next)).toBe(true)
    expect(headers(next)).toBe('192.0.2.1:5000 > 198.51.100.1:80')
    expect(entryOf(first)!.status & IPS.DYING).not.toBe(0)
    expect(router.conntrack.size).toBe(1)
  })

  test('but never from a connection that is not translated, nor from one that comes the other way', () => {
    const local = snat('192.0.2.1:5000')
    local.rules = null
    local.send(tcp('192.0.2.1:5000', '198.51.100.1:80', 'S', { seq: 1 }))
    local.send(tcp('192.0.2.1:5000', '198.51.100.1:80', 'R', { seq: 2 }))
    local.rules = (packet) => local.nat.setup(packet, range('192.0.2.1:5000'), 'src')
    local.receive(tcp('198.51.100.2:80', '192.0.2.1:5000', 'S', { seq: 1 }), local.outside)
    const snatted = (destination: string) => {
      const packet = tcp('10.0.0.1:1001', destination, 'S', { seq: 500_000 })
      local.track(packet)
      local.nat.run(packet, { hook: Hook.POSTROUTING, in: null, out: local.outside }, (each) =>
        local.nat.setup(each, range('192.0.2.1:5000'), 'src'),
      )
      return local.leave(packet)
    }
    expect(snatted('198.51.100.2:80')).toBe(false)
  })
})

describe('MASQUERADE', () => {
  test('takes the address of the way out', () => {
    const router = masquerade()
    const packet = udp(CLIENT, '198.51.100.1:53')
    router.forward(packet)
    expect(headers(packet)).toBe('192.0.2.1:40000 > 198.51.100.1:53')
    expect(translations(router)).toEqual(['masquerade src 10.0.0.1:40000 > 192.0.2.1:40000'])
  })

  test('drops when there is none', () => {
    const router = masquerade()
    router.host.addresses.set(router.outside.ifindex, [])
    expect(router.forward(udp(CLIENT, '198.51.100.1:53'))).toBe(false)
  })

  test('leaves a host alone that has no address yet', () => {
    const router = masquerade()
    const packet = udp('0.0.0.0:68', '255.255.255.255:67')
    expect(router.send(packet)).toBe(true)
    expect(headers(packet)).toBe('0.0.0.0:68 > 255.255.255.255:67')
  })

  test('its flows end with the device, or the address', () => {
    const router = masquerade()
    router.forward(udp(CLIENT, '198.51.100.1:53'))
    router.forward(udp('10.0.0.1:40001', '198.51.100.1:53'), router.inside)
    expect(router.nat.deviceDown(99)).toBe(0)
    expect(router.nat.addressRemoved(router.outside.ifindex, parseIpv4('192.0.2.9'))).toBe(0)
    expect(router.nat.addressRemoved(router.outside.ifindex, parseIpv4('192.0.2.1'))).toBe(1)
    expect(router.nat.deviceDown(router.inside.ifindex)).toBe(1)
    expect(router.conntrackEvents().filter((line) => line.startsWith('[DESTROY]'))).toHaveLength(2)
  })

  test('a flow that leaves by another device than before ends there', () => {
    const router = masquerade()
    router.forward(udp(CLIENT, '198.51.100.1:53'))
    expect(router.forward(udp(CLIENT, '198.51.100.1:53'))).toBe(true)
    expect(router.forward(udp(CLIENT, '198.51.100.1:53'), router.inside)).toBe(false)
    expect(router.conntrack.size).toBe(0)
    const packet = udp(CLIENT, '198.51.100.1:53')
    router.forward(packet, router.inside)
    expect(headers(packet)).toBe('10.0.0.254:40000 > 198.51.100.1:53')
  })
})

describe('REDIRECT', () => {
  test('to the first address of the device that the packet came by', () => {
    const router = rule(
      Hook.PREROUTING,
      ({ nat }) =>
        (packet, state) =>
          nat.redirect(packet, state, natRange({ port: 8080 })),
    )
    const packet = udp(CLIENT, VIP)
    router.receive(packet)
    expect(headers(packet)).toBe('10.0.0.1:40000 > 10.0.0.254:8080')
    expect(translations(router)).toEqual(['redirect dst 192.0.2.80:80 > 10.0.0.254:8080'])
  })

  test('drops when that has none', () => {
    const router = rule(
      Hook.PREROUTING,
      ({ nat }) =>
        (packet, state) =>
          nat.redirect(packet, state, natRange({})),
    )
    router.host.addresses.set(router.inside.ifindex, [])
    expect(router.receive(udp(CLIENT, VIP))).toBe(false)
  })

  test('local packets to loopback', () => {
    const router = rule(
      Hook.OUTPUT,
      ({ nat }) =>
        (packet, state) =>
          nat.redirect(packet, state, natRange({ port: 8080 })),
    )
    const packet = udp('192.0.2.1:40000', VIP)
    router.send(packet)
    expect(headers(packet)).toBe('192.0.2.1:40000 > 127.0.0.1:8080')
    expect(router.nat.mustReroute(packet)).toBe(true)
  })
})

describe('source translation in INPUT', () => {
  test('is undone in the answer', () => {
    const router = rule(
      Hook.INPUT,
      ({ nat }) =>
        (packet) =>
          nat.setup(packet, range('10.9.9.9'), 'src'),
    )
    const packet = udp(CLIENT, '10.0.0.254:53')
    router.receive(packet)
    expect(headers(packet)).toBe('10.9.9.9:40000 > 10.0.0.254:53')
    const answer = udp('10.0.0.254:53', '10.9.9.9:40000')
    router.send(answer)
    expect(headers(answer)).toBe('10.0.0.254:53 > 10.0.0.1:40000')
    expect(router.nat.mustReroute(answer)).toBe(true)
  })
})

describe('ICMP errors through NAT', () => {
  function quoted(error: Packet): string {
    return error.l4?.kind === 'icmp' && error.l4.quoted !== null ? headers(error.l4.quoted) : ''
  }

  test('of a router behind DNAT: outside to the client, inside what the client sent', () => {
    const router = dnat(SERVER)
    const packet = udp(CLIENT, VIP)
    router.forward(packet)
    router.events.length = 0
    const error = unreachable('10.0.7.7', '10.0.0.1', packet, 4)
    expect(router.forward(error)).toBe(true)
    expect(`${formatIpv4(error.ip!.src)} > ${formatIpv4(error.ip!.dst)}`).toBe('192.0.2.80 > 10.0.0.1')
    expect(quoted(error)).toBe('10.0.0.1:40000 > 192.0.2.80:80')
    expect(translations(router)).toEqual([
      'undo dnat quoted dst 10.0.1.1:8080 > 192.0.2.80:80',
      'undo dnat src 10.0.7.7 > 192.0.2.80',
    ])
  })

  test('behind SNAT', () => {
    const router = snat('192.0.2.1')
    const packet = tcp(CLIENT, '198.51.100.1:80', 'S')
    router.forward(packet)
    const error = unreachable('198.51.100.254', '192.0.2.1', packet)
    expect(router.forward(error, router.inside)).toBe(true)
    expect(formatIpv4(error.ip!.src)).toBe('198.51.100.254')
    expect(formatIpv4(error.ip!.dst)).toBe('10.0.0.1')
    expect(quoted(error)).toBe('10.0.0.1:40000 > 198.51.100.1:80')
  })

  test('about answers, from the client', () => {
    const router = snat('192.0.2.1')
    const packet = udp(CLIENT, '198.51.100.1:53')
    router.forward(packet)
    const answer = udp('198.51.100.1:53', '192.0.2.1:40000')
    router.forward(answer, router.inside)
    expect(headers(answer)).toBe('198.51.100.1:53 > 10.0.0.1:40000')
    router.events.length = 0
    const error = unreachable('10.0.0.1', '198.51.100.1', answer)
    expect(router.forward(error)).toBe(true)
    expect(formatIpv4(error.ip!.src)).toBe('192.0.2.1')
    expect(quoted(error)).toBe('198.51.100.1:53 > 192.0.2.1:40000')
    expect(translations(router)).toEqual([
      'snat quoted dst 10.0.0.1:40000 > 192.0.2.1:40000',
      'snat src 10.0.0.1 > 192.0.2.1',
    ])
  })

  test('about a ping whose identifier was changed', () => {
    const router = snat('192.0.2.1')
    router.forward(ping('10.0.0.1', '198.51.100.1', 77))
    const packet = ping('10.0.0.2', '198.51.100.1', 77)
    router.forward(packet)
    const error = icmp('198.51.100.254', '192.0.2.1', { type: 11, quoted: packet.clone() })
    router.forward(error, router.inside)
    expect(quoted(error)).toBe('10.0.0.2 > 198.51.100.1 id 77')
  })

  test('of the translating host itself, about a packet that it has just translated', () => {
    const router = dnat(SERVER)
    const packet = udp(CLIENT, VIP)
    router.track(packet)
    router.translate(packet, { hook: Hook.PREROUTING, in: router.inside, out: null })
    expect(headers(packet)).toBe('10.0.0.1:40000 > 10.0.1.1:8080')
    const error = unreachable('10.0.0.254', '10.0.0.1', packet)
    attachRelated(error, packet)
    expect(router.send(error, router.inside)).toBe(true)
    expect(formatIpv4(error.ip!.src)).toBe('192.0.2.80')
    expect(quoted(error)).toBe('10.0.0.1:40000 > 192.0.2.80:80')
  })

  test('a reset of the translating host asks the nat table about the connection that it ends', () => {
    const router = dnat(SERVER)
    const packet = tcp(CLIENT, VIP, 'S')
    router.track(packet)
    router.translate(packet, { hook: Hook.PREROUTING, in: router.inside, out: null })
    const reset = tcp(SERVER, CLIENT, 'RA', { ack: 1 })
    attachRelated(reset, packet)
    const before = router.lookups
    expect(router.send(reset, router.inside)).toBe(true)
    expect(router.lookups).toBe(before + 1)
    expect(headers(reset)).toBe('192.0.2.80:80 > 10.0.0.1:40000')
  })

  test('redirects of translated flows are dropped, of others they pass', () => {
    const router = dnat(SERVER)
    const packet = udp(CLIENT, VIP)
    router.forward(packet)
    expect(router.forward(icmp('10.0.0.9', '10.0.0.1', { type: 5, quoted: packet.clone() }))).toBe(false)
    const plain = new Router().withoutRules()
    plain.forward(udp(CLIENT, SERVER))
    expect(plain.forward(icmp('10.0.0.9', '10.0.0.1', { type: 5, quoted: udp(CLIENT, SERVER) }))).toBe(true)
    const undecided = new Router()
    const first = udp(CLIENT, SERVER)
    undecided.forward(first)
    undecided.withoutRules()
    expect(undecided.forward(icmp('10.0.0.9', '10.0.0.1', { type: 5, quoted: first.clone() }))).toBe(false)
  })

  test('a quoted piece without its transport header keeps its ports to itself', () => {
    const router = dnat(SERVER)
    const packet = udp(CLIENT, VIP)
    router.forward(packet)
    const error = unreachable('10.0.7.7', '10.0.0.1', packet)
    router.track(error)
    if (error.l4?.kind === 'icmp' && error.l4.quoted !== null) error.l4.quoted.l4 = null
    router.leave(error)
    expect(quoted(error)).toBe('10.0.0.1 > 192.0.2.80')
  })

  test('an error without a header cannot be translated', () => {
    const router = dnat(SERVER)
    const packet = udp(CLIENT, VIP)
    router.forward(packet)
    const error = unreachable('10.0.7.7', '10.0.0.1', packet)
    router.track(error)
    error.l4 = null
    expect(router.leave(error)).toBe(false)
  })
})

describe('what rules may not do', () => {
  test('nothing is decided twice', () => {
    const router = new Router()
    const packet = udp(CLIENT, VIP)
    router.track(packet)
    expect(router.nat.setup(packet, range(SERVER), 'dst')).toBe(Verdict.ACCEPT)
    expect(router.nat.setup(packet, range(SERVER), 'dst')).toBe(Verdict.DROP)
  })

  test('confirmed and untracked packets are left alone', () => {
    const router = new Router()
    const packet = udp(CLIENT, VIP)
    const state = { hook: Hook.POSTROUTING, in: router.inside, out: router.outside }
    for (let i = 0; i < 2; i++) {
      expect(router.nat.setup(packet, range(SERVER), 'dst')).toBe(Verdict.ACCEPT)
      expect(router.nat.masquerade(packet, state, natRange({}))).toBe(Verdict.ACCEPT)
      expect(router.nat.redirect(packet, state, natRange({}))).toBe(Verdict.ACCEPT)
      expect(router.nat.run(packet, state, () => Verdict.DROP)).toBe(i === 0 ? Verdict.ACCEPT : Verdict.DROP)
      router.forward(packet)
    }
    expect(headers(packet)).toBe('10.0.0.1:40000 > 192.0.2.80:80')
  })

  test('a verdict of the nat table other than ACCEPT ends the packet, and so does a connection that is unlucky without a rule', () => {
    const router = rule(Hook.PREROUTING, () => () => Verdict.DROP)
    expect(router.forward(udp(CLIENT, VIP))).toBe(false)
  })

  test('answers of a flow that began before NAT did are not translated', () => {
    const router = new Router()
    router.forward(udp(CLIENT, SERVER))
    router.rules = () => Verdict.DROP
    expect(router.forward(udp(SERVER, CLIENT))).toBe(true)
  })
})

test('nothing is written down when nobody watches', () => {
  const router = dnat(SERVER)
  router.host.sim.probe = null
  const packet = udp(CLIENT, VIP)
  router.forward(packet)
  expect(headers(packet)).toBe('10.0.0.1:40000 > 10.0.1.1:8080')
  expect(router.events).toEqual([])
})
