import { isMulticast, tryParseIpv4 } from '../../packet/index.ts'
import type { BridgeEvidence, PortEvidence, VxlanEvidence } from '../evidence.ts'
import { type Fields, numberOf, requireAddress, requireNumber } from './fields.ts'
import type { PrintContext } from './print-context.ts'

/*
 * What `ip -d link` says of a device's kind (iproute2 ip/iplink_vxlan.c, iplink_bridge.c, iplink_bridge_slave.c), in words and as JSON, where
 * some have other names.
 */

type Draft<T> = { -readonly [name in keyof T]: T[name] }

/** Words that come behind those of the kind. */
const BEHIND: ReadonlySet<string> = new Set(['addrgenmode', 'numtxqueues', 'numrxqueues', 'gso_max_size'])

/** Settings of a VXLAN device that have no model, with a value, and their names as JSON. */
const VXLAN_VALUES: Readonly<Record<string, string>> = {
  maxaddr: 'limit',
  flowlabel: 'label',
  label_policy: 'label_policy',
}
/** Those without a value. */
const VXLAN_SWITCHES: Readonly<Record<string, string>> = {
  proxy: 'proxy',
  rsc: 'rsc',
  l2miss: 'l2miss',
  l3miss: 'l3miss',
  remcsumtx: 'remcsum_tx',
  remcsumrx: 'remcsum_rx',
  gbp: 'gbp',
  gpe: 'gpe',
  external: 'external',
  vnifilter: 'vnifilter',
}
/** They say nothing of IPv4. */
const VXLAN_IGNORED: ReadonlySet<string> = new Set([
  'udp6zerocsumtx',
  'noudp6zerocsumtx',
  'udp6zerocsumrx',
  'noudp6zerocsumrx',
  'localbypass',
])
const VXLAN_JSON: ReadonlySet<string> = new Set([
  ...['id', 'local', 'local6', 'remote', 'remote6', 'group', 'group6', 'link', 'port_range', 'port', 'learning', 'ttl'],
  ...['tos', 'df', 'ageing', 'udp_csum', 'udp_zero_csum6_tx', 'udp_zero_csum6_rx', 'localbypass'],
  ...Object.values(VXLAN_VALUES),
  ...Object.values(VXLAN_SWITCHES),
])

function newVxlan(): Draft<VxlanEvidence> & { others: string[] } {
  return {
    id: 0,
    local: null,
    remote: null,
    group: null,
    dev: null,
    dstport: 0,
    learning: true,
    ttl: 0,
    tos: 0,
    df: 'unset',
    udpCsum: true,
    ageing: 0,
    others: [],
  }
}

/**
 * The words behind `vxlan`.
 *
 * @param limits the print tells the least and the largest MTU. Trap: iproute2 before 4.20, which does not, wrote `ttl inherit` for 0
 */
export function vxlanOfWords(
  words: readonly string[],
  limits: boolean,
  context: PrintContext,
  line: number,
): VxlanEvidence {
  const vxlan = newVxlan()
  const { others } = vxlan
  for (let i = 0; i < words.length && !BEHIND.has(words[i]!); i++) {
    const word = words[i]!
    const number = (what: string) => requireNumber(words[++i], what, context, line)
    // `external` and `vnifilter` print no blank behind them
    if (word === 'id') vxlan.id = number('a VNI')
    else if (word === 'vnifilterid') {
      others.push('vnifilter')
      vxlan.id = number('a VNI')
    } else if (word === 'local' || word === 'remote' || word === 'group') putEnd(vxlan, word, words[++i], context, line)
    else if (word === 'dev') vxlan.dev = words[++i] ?? null
    else if (word === 'srcport') {
      const low = number('a port')
      putPorts(vxlan, low, number('a port'))
    } else if (word === 'dstport') vxlan.dstport = number('a port')
    else if (word === 'learning' || word === 'nolearning') vxlan.learning = word === 'learning'
    else if (word === 'udpcsum' || word === 'noudpcsum') vxlan.udpCsum = word === 'udpcsum'
    else if (word === 'ttl') {
      const value = words[++i]
      if (value === 'inherit') vxlan.ttl = limits ? value : 0
      else vxlan.ttl = value === 'auto' ? 0 : requireNumber(value, 'a TTL', context, line)
    } else if (word === 'tos') {
      const value = words[++i]
      vxlan.tos = value === 'inherit' ? 1 : requireNumber(value, 'a type of service', context, line)
    } else if (word === 'df') vxlan.df = dfOf(words[++i], others)
    else if (word === 'ageing') {
      const value = words[++i]
      vxlan.ageing = value === 'none' ? 0 : requireNumber(value, 'a time in seconds', context, line)
    } else if (Object.hasOwn(VXLAN_VALUES, word)) others.push(`${word} ${words[++i] ?? ''}`)
    else if (!VXLAN_IGNORED.has(word)) others.push(word)
  }
  others.sort()
  return vxlan
}

/** `info_data` of a vxlan. Trap: that the TTL is inherited is told by its absence. */
export function vxlanOfJson(data: Fields, context: PrintContext): VxlanEvidence {
  const vxlan = newVxlan()
  const { others } = vxlan
  vxlan.id = data.number('id') ?? 0
  for (const [json, word] of [
    ['local', 'local'],
    ['local6', 'local'],
    ['remote', 'remote'],
    ['remote6', 'remote'],
    ['group', 'group'],
    ['group6', 'group'],
  ] as const) {
    if (data.has(json)) putEnd(vxlan, word, data.text(json), context)
  }
  vxlan.dev = data.text('link') ?? null
  const range = data.object('port_range')
  if (range !== undefined) putPorts(vxlan, range.number('low') ?? 0, range.number('high') ?? 0)
  vxlan.dstport = data.number('port') ?? 0
  vxlan.learning = !data.has('learning') || data.flag('learning')
  vxlan.udpCsum = !data.has('udp_csum') || data.flag('udp_csum')
  // a device whose settings are all told by the packets had nothing else printed (before 5.19)
  vxlan.ttl = data.has('ttl') ? data.number('ttl')! : data.has('ageing') ? 'inherit' : 0
  vxlan.tos = data.number('tos') ?? 0
  if (data.has('df')) vxlan.df = dfOf(data.text('df'), others)
  vxlan.ageing = data.number('ageing') ?? 0
  for (const [word, json] of Object.entries(VXLAN_VALUES)) if (data.has(json)) others.push(`${word} ${data.text(json)}`)
  for (const [word, json] of Object.entries(VXLAN_SWITCHES)) if (data.flag(json)) others.push(word)
  if (data.has('localbypass') && !data.flag('localbypass')) others.push('nolocalbypass')
  for (const name of data.names()) if (!VXLAN_JSON.has(name)) others.push(name)
  others.sort()
  return vxlan
}

function putEnd(
  vxlan: Draft<VxlanEvidence> & { others: string[] },
  word: 'local' | 'remote' | 'group',
  text: string | undefined,
  context: PrintContext,
  line?: number,
): void {
  if (text?.includes(':') === true) {
    vxlan.others.push(`${word} ${text}`)
    return
  }
  const address = requireAddress(text, context, line)
  if (word === 'local') vxlan.local = address
  else if (isMulticast(address)) vxlan.group = address
  else vxlan.remote = address
}

/** 0 to 0: the range of the system. */
function putPorts(vxlan: { others: string[] }, low: number, high: number): void {
  if (low !== 0 || high !== 0) vxlan.others.push(`srcport ${low} ${high}`)
}

function dfOf(word: string | undefined, others: string[]): VxlanEvidence['df'] {
  if (word === 'set' || word === 'inherit' || word === 'unset') return word
  others.push(`df ${word ?? ''}`)
  return 'unset'
}

/** Numbers of a bridge, by the words of `ip -d link`, which are the same as JSON. */
export function bridgeOf(get: (name: string) => string | undefined): BridgeEvidence {
  const number = (name: string) => numberOf(get(name) ?? '0') ?? 0
  const priority = numberOf(get('priority') ?? '')
  return {
    stp: number('stp_state') !== 0,
    vlanFiltering: number('vlan_filtering') !== 0,
    // hundredths
    ageing: get('ageing_time') === undefined ? 300 : number('ageing_time') / 100,
    nfCallIptables: number('nf_call_iptables') !== 0,
    groupForwardMask: number('group_fwd_mask'),
    ...(priority !== undefined && { priority }),
  }
}

/** The words behind a word, for lines of names and values (`hello_timer    0.00`). */
export function pairsOf(words: readonly string[], from: number): (name: string) => string | undefined {
  const values = new Map<string, string>()
  for (let i = from; i + 1 < words.length; i += 2) values.set(words[i]!, words[i + 1]!)
  return (name) => values.get(name)
}

/** What has no model when it is on. */
const PORT_OTHERS: readonly string[] = [
  'guard',
  'root_block',
  'fastleave',
  'proxy_arp',
  'proxy_arp_wifi',
  'mcast_to_unicast',
  'vlan_tunnel',
  'neigh_vlan_suppress',
  'mab',
]

/**
 * A port of a bridge, from `ip -d link` or `bridge -d link`, by the words that both have. Undefined: the print tells nothing of its switches.
 *
 * @param isOn undefined: not told
 */
export function portOf(
  state: string | undefined,
  isOn: (name: string) => boolean | undefined,
  get: (name: string) => string | undefined,
): PortEvidence | undefined {
  if (isOn('hairpin') === undefined) return undefined
  const priority = numberOf(get('priority') ?? '')
  const cost = numberOf(get('cost') ?? '')
  const backup = get('backup_port')
  const mask = numberOf(get('group_fwd_mask') ?? '0') ?? 0
  // in words and as JSON
  const number = numberOf(get('port_no') ?? get('no') ?? '')
  return {
    ...(number !== undefined && { number }),
    state: state ?? null,
    hairpin: isOn('hairpin') === true,
    isolated: isOn('isolated') === true,
    learning: isOn('learning') !== false,
    flood: isOn('flood') !== false,
    multicastFlood: isOn('mcast_flood') !== false,
    broadcastFlood: isOn('bcast_flood') !== false,
    neighbourSuppression: isOn('neigh_suppress') === true,
    locked: isOn('locked') === true,
    ...(priority !== undefined && { priority }),
    ...(cost !== undefined && { cost }),
    others: [
      ...PORT_OTHERS.filter((name) => isOn(name) === true),
      ...(backup === undefined ? [] : [`backup_port ${backup}`]),
      ...(mask === 0 ? [] : [`group_fwd_mask 0x${mask.toString(16)}`]),
    ],
  }
}

/** As words, switches are on or off. */
export function onOff(get: (name: string) => string | undefined): (name: string) => boolean | undefined {
  return (name) => {
    const word = get(name)
    return word === 'on' ? true : word === 'off' ? false : undefined
  }
}

/** Is it an IPv4 address? For words of which several families are written alike. */
export function isIpv4(word: string | undefined): boolean {
  return word !== undefined && tryParseIpv4(word) !== undefined
}
