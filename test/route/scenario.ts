import fc from 'fast-check'
import { FakeNamespace } from './ip-commands.ts'

/*
 * Random addresses, routes, rules, settings and questions: what the comparison with the kernel goes by.
 */

export interface Settings {
  readonly forwarding: boolean
  readonly rpFilter: number
  readonly acceptLocal: boolean
  readonly routeLocalnet: boolean
  readonly promoteSecondaries: boolean
  readonly ignoreLinkdown: boolean
}

export interface Scenario {
  readonly settings: Settings
  readonly commands: readonly string[]
  readonly gets: readonly string[]
}

/** What came of it: errors and answers as `ip` prints them. */
export interface Outcome {
  readonly errors: readonly string[]
  readonly routes: string
  readonly rules: string
  readonly gets: readonly string[]
}

// Trap: in a batch, iproute2 mixes up a name of a table, scope or protocol with the number that was read last. So numbers only.
const device = fc.constantFrom('va', 'va', 'vc', 've')
const octet = fc.constantFrom(0, 1, 2, 3, 5, 254, 255)
const address = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom('10.0.0', '10.0.1', '10.1.0', '192.168.1'), octet).map((p) => p.join('.')),
  },
  { weight: 1, arbitrary: fc.constantFrom('127.0.0.1', '127.0.0.5', '8.8.8.8', '0.0.0.1') },
)
const length = fc.constantFrom(32, 31, 30, 24, 24, 16, 8, 0)

/** The network of an address, so that the kernel takes it as a destination. */
function network(text: string, bits: number): string {
  const value = text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const base = bits === 0 ? 0 : Math.floor(value / 2 ** (32 - bits)) * 2 ** (32 - bits)
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${bits}`
}

const maybe = (weight: number, words: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant('') }, { weight, arbitrary: words.map((text) => ` ${text}`) })

const addAddress = fc
  .tuple(
    address,
    fc.constantFrom(32, 31, 30, 24, 24, 24, 16),
    device,
    maybe(
      3,
      fc.oneof(
        fc.constant('brd +'),
        address.map((brd) => `brd ${brd}`),
      ),
    ),
    maybe(2, fc.constantFrom('scope 253', 'scope 254')),
    maybe(1, fc.constant('noprefixroute')),
    maybe(1, fc.constantFrom('metric 7', 'metric 100')),
  )
  .map(([own, bits, dev, brd, scope, no, metric]) => `addr add ${own}/${bits} dev ${dev}${brd}${scope}${no}${metric}`)
const peerAddress = fc
  .tuple(address, address, fc.constantFrom(32, 24, 16), device)
  .map(([own, peer, bits, dev]) => `addr add ${own} peer ${peer}/${bits} dev ${dev}`)
const deleteAddress = fc
  .tuple(address, fc.constantFrom(32, 31, 30, 24, 24, 24, 16), device)
  .map(([own, bits, dev]) => `addr del ${own}/${bits} dev ${dev}`)

const table = maybe(2, fc.constantFrom('table 100', 'table 100', 'table 255', 'table 253', 'table 300'))
const hop = fc.oneof(
  { weight: 4, arbitrary: address.map((gateway) => ` via ${gateway}`) },
  { weight: 2, arbitrary: device.map((dev) => ` dev ${dev}`) },
  { weight: 2, arbitrary: fc.tuple(address, device).map(([gateway, dev]) => ` via ${gateway} dev ${dev}`) },
  { weight: 2, arbitrary: fc.tuple(address, device).map(([gateway, dev]) => ` via ${gateway} dev ${dev} onlink`) },
  { weight: 1, arbitrary: fc.constantFrom('', ' dev lo', ' via 0.0.0.0 dev va') },
)
const type = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('blackhole ', 'unreachable ', 'prohibit ', 'throw ', 'local ', 'broadcast ', 'anycast '),
  },
)
const refusing = /^(blackhole|unreachable|prohibit|throw) /
const route = fc
  .record({
    verb: fc.constantFrom('add', 'add', 'add', 'add', 'replace', 'append', 'prepend', 'change', 'del', 'del'),
    type,
    to: fc.tuple(address, length).map(([to, bits]) => network(to, bits)),
    hop,
    table,
    tos: maybe(1, fc.constantFrom('tos 0x10', 'tos 0x08', 'tos 0x20')),
    metric: maybe(2, fc.constantFrom('metric 1', 'metric 100')),
    src: maybe(
      2,
      address.map((src) => `src ${src}`),
    ),
    scope: maybe(1, fc.constantFrom('scope 253', 'scope 254', 'scope 0', 'scope 200')),
    proto: maybe(1, fc.constantFrom('proto 4', 'proto 2', 'proto 77')),
    mtu: maybe(1, fc.constantFrom('mtu 1400', 'mtu lock 1300', 'advmss 1200')),
  })
  .map((r) => {
    // Mostly without a device, which such a route must not have.
    const next = refusing.test(r.type) && r.hop !== ' dev lo' ? '' : r.hop
    return `route ${r.verb} ${r.type}${r.to}${next}${r.table}${r.tos}${r.metric}${r.src}${r.scope}${r.proto}${r.mtu}`
  })

const prefix = fc.tuple(address, length).map(([at, bits]) => `${at}/${bits}`)
const action = fc.constantFrom(
  'lookup 100',
  'lookup 100',
  'lookup 254',
  'lookup 300',
  'lookup 255',
  'lookup 254 suppress_prefixlength 0',
  'lookup 254 suppress_prefixlength 16',
  'blackhole',
  'unreachable',
  'prohibit',
  'goto 32766',
  'goto 500',
  'nop',
)
const rule = fc
  .record({
    verb: fc.constantFrom('add', 'add', 'add', 'del'),
    not: maybe(1, fc.constant('not')),
    from: maybe(
      3,
      prefix.map((text) => `from ${text}`),
    ),
    to: maybe(
      2,
      prefix.map((text) => `to ${text}`),
    ),
    mark: maybe(3, fc.constantFrom('fwmark 1', 'fwmark 0x10/0x10', 'fwmark 0/0xff')),
    iif: maybe(1, fc.constantFrom('iif va', 'iif vc', 'iif ve', 'iif lo', 'iif nope')),
    oif: maybe(1, fc.constantFrom('oif va', 'oif nope')),
    tos: maybe(1, fc.constantFrom('tos 0x10', 'tos 0x20')),
    pref: maybe(5, fc.constantFrom('pref 100', 'pref 500', 'pref 1000', 'pref 40000')),
    action,
  })
  .map((r) => `rule ${r.verb}${r.not}${r.from}${r.to}${r.mark}${r.iif}${r.oif}${r.tos}${r.pref} ${r.action}`)

const link = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(device, fc.constantFrom('up', 'down')).map(([dev, state]) => `link set ${dev} ${state}`),
  },
  { weight: 1, arbitrary: fc.constant('link del ve') },
)

const settings: fc.Arbitrary<Settings> = fc.record({
  forwarding: fc.boolean(),
  rpFilter: fc.constantFrom(0, 0, 1, 2),
  acceptLocal: fc.constantFrom(false, false, true),
  routeLocalnet: fc.constantFrom(false, false, true),
  promoteSecondaries: fc.boolean(),
  ignoreLinkdown: fc.constantFrom(false, false, false, true),
})

const get = fc
  .record({
    to: fc.oneof(
      { weight: 8, arbitrary: address },
      { weight: 1, arbitrary: fc.constantFrom('0.0.0.0', '255.255.255.255', '224.0.0.1', '224.0.0.7', '239.1.1.1') },
    ),
    from: maybe(
      5,
      fc
        .oneof({ weight: 6, arbitrary: address }, { weight: 1, arbitrary: fc.constant('224.0.0.1') })
        .map((a) => `from ${a}`),
    ),
    way: maybe(
      5,
      fc.oneof(
        device.map((dev) => `iif ${dev}`),
        device.map((dev) => `oif ${dev}`),
        fc.constant('iif lo'),
      ),
    ),
    mark: maybe(2, fc.constantFrom('mark 1', 'mark 16')),
    tos: maybe(1, fc.constantFrom('tos 0x10', 'tos 0x20')),
  })
  .map((r) => `${r.to}${r.from}${r.way}${r.mark}${r.tos}`)

/** Addresses first, so that most gateways can be reached; then everything in any order. */
export function scenario(withRules: boolean): fc.Arbitrary<Scenario> {
  const rest = [
    { weight: 10, arbitrary: route },
    { weight: 2, arbitrary: addAddress },
    { weight: 2, arbitrary: deleteAddress },
    { weight: 1, arbitrary: peerAddress },
    { weight: 1, arbitrary: link },
    ...(withRules ? [{ weight: 3, arbitrary: rule }] : []),
  ]
  return fc.record({
    settings,
    commands: fc
      .tuple(
        fc.array(addAddress, { minLength: 2, maxLength: 5 }),
        fc.array(fc.oneof(...rest), { minLength: 5, maxLength: 25 }),
      )
      .map(([first, then]) => ['link set va up', 'link set vc up', ...first, ...then]),
    gets: fc.array(get, { minLength: 20, maxLength: 20 }),
  })
}

/** kubehop's side. */
export function askKubehop({ settings: s, commands, gets }: Scenario): Outcome {
  const namespace = new FakeNamespace()
  for (const each of namespace.host.all) {
    each.forwarding = s.forwarding
    each.rpFilter = s.rpFilter
    each.acceptLocal = s.acceptLocal
    each.routeLocalnet = s.routeLocalnet
    each.promoteSecondaries = s.promoteSecondaries
    each.ignoreRoutesWithLinkdown = s.ignoreLinkdown
  }
  return {
    errors: commands.map((command) => namespace.run(command)),
    routes: namespace.routes(),
    rules: namespace.rules(),
    gets: gets.map((text) => namespace.get(text)),
  }
}

/** The outcome with each answer beside its question, for a readable difference. */
export function label(outcome: Outcome, { commands, gets }: Scenario): object {
  return {
    ...outcome,
    errors: outcome.errors.map((error, position) => `${commands[position]} → ${error}`),
    gets: outcome.gets.map((text, position) => `${gets[position]} → ${text}`),
  }
}
