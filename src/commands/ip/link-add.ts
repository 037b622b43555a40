import { Bridge, type BridgeSettings } from '../../bridge/index.ts'
import { Dummy, type Link, type NetworkNamespace, Veth } from '../../netns/index.ts'
import { Vxlan, type VxlanOptions } from '../../overlay/index.ts'
import { type Ipv4, isMulticastMac, MAC_ZERO, UnsupportedError, VXLAN_LINUX_PORT } from '../../packet/index.ts'
import { dsfieldNumber, NetlinkError, UsageError } from '../../route/index.ts'
import { Words } from '../../route/words.ts'
import { deviceOf, type IpContext } from './ip-context.ts'
import { masterOf, setMaster } from './link-set.ts'
import { type LinkWords, readLinkWords } from './link-words.ts'

/** `ip link add` */
export function addLink(args: readonly string[], context: IpContext): number {
  const words = readLinkWords(args)
  if (words.type === '') throw new UsageError('Not enough information: "type" argument is required', 1)
  const name = words.name !== '' ? words.name : words.device
  const target = words.netns === '' ? context.netns : targetOf(words.netns, context)
  // it must be there, even where nothing comes of it
  if (words.lower !== '') deviceOf(context.netns, words.lower)
  if (words.master !== null && words.master !== '' && !(masterOf(target, words.master) instanceof Bridge))
    throw new NetlinkError('EOPNOTSUPP')
  const link = make(words, name, target, context)
  finish(link, words)
  return 0
}

/** The namespace behind `netns`: a name, or the process 1, whose namespace is the machine's own. */
export function targetOf(name: string, { machine }: IpContext): NetworkNamespace {
  if (name === '1') return machine.root
  // the number of a process
  if (/^\d+$/.test(name) && !machine.namespaces.has(name)) throw new UnsupportedError(`netns ${name}`)
  const netns = machine.namespaces.get(name)
  if (netns === undefined) throw new UsageError(`Error: argument "${name}" is wrong: Invalid "netns" value\n`)
  return netns
}

/**
 * Ethernet address and MTU: what is wrong with them is known before there is a device (`rtnl_newlink`, `veth_validate`,
 * `vxlan_validate`). A dummy takes any MTU.
 */
function requireValid({ mac, mtu }: LinkWords, type: string): void {
  if (mac !== null && (mac === 0 || isMulticastMac(mac)))
    throw new NetlinkError('EADDRNOTAVAIL', type === 'vxlan' ? 'Provided Ethernet address is not unicast' : null)
  if (mtu === null || (mtu >= 68 && mtu <= 65535)) return
  if (type === 'dummy') {
    if (mtu < 68) throw new UnsupportedError(`a dummy without IPv4 (mtu ${mtu})`)
    return
  }
  if (type === 'veth') throw new NetlinkError('EINVAL')
  if (type === 'vxlan') throw new NetlinkError('EINVAL', 'MTU must be between 68 and 65535')
  throw new NetlinkError('EINVAL', mtu < 68 ? 'mtu less than device minimum' : 'mtu greater than device maximum')
}

/** What Linux has beside what is modelled (`rtnl_link_ops` of the kernel's drivers). */
const KNOWN_TYPES: ReadonlySet<string> = new Set(
  (
    'amt bareudp batadv bond bond_slave bridge_slave can dsa erspan geneve gre gretap gtp hsr ifb ip6erspan ip6gre ip6gretap ip6tnl ipip ' +
    'ipoib ipvlan ipvtap lowpan macsec macvlan macvtap netdevsim netkit nlmon openvswitch ovpn rmnet sit team team_slave tun vcan virt_wifi ' +
    'vlan vrf vsockmon vti vti6 vxcan wireguard wwan xfrm'
  ).split(' '),
)

function make(words: LinkWords, name: string, target: NetworkNamespace, context: IpContext): Link {
  requireValid(words, words.type)
  switch (words.type) {
    case 'veth':
      return makeVeth(words, name, target, context)
    case 'bridge':
      return makeBridge(words, name, target, context)
    case 'vxlan':
      return makeVxlan(words, name, target, context)
    case 'dummy': {
      const link = new Dummy(target, freeName(name, 'dummy', target), words.mac ?? context.machine.randomMac())
      target.attach(link)
      return link
    }
    default:
      if (KNOWN_TYPES.has(words.type)) throw new UnsupportedError(`link type ${words.type}`)
      throw new NetlinkError('EOPNOTSUPP', 'Unknown device type')
  }
}

/** The name, or the first free one of the kernel's pattern (`dev_alloc_name`). @throws NetlinkError `EEXIST` */
function freeName(name: string, pattern: string, netns: NetworkNamespace, taken = ''): string {
  if (name !== '') {
    if (netns.deviceByName(name) !== undefined) throw new NetlinkError('EEXIST')
    return name
  }
  let number = 0
  while (`${pattern}${number}` === taken || netns.deviceByName(`${pattern}${number}`) !== undefined) number++
  return `${pattern}${number}`
}

/** `… type veth [peer [name NAME] [netns NS] [address MAC] [mtu MTU] …]` */
function makeVeth(words: LinkWords, name: string, target: NetworkNamespace, context: IpContext): Veth {
  const [first, ...rest] = words.rest
  if (first !== undefined && first !== 'peer') {
    throw new UsageError(
      "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'",
      1,
    )
  }
  const peerWords = readLinkWords(rest)
  requireValid(peerWords, 'veth')
  const peerTarget = peerWords.netns === '' ? context.netns : targetOf(peerWords.netns, context)
  const peerName = freeName(peerWords.name !== '' ? peerWords.name : peerWords.device, 'veth', peerTarget)
  if (name === peerName && target === peerTarget) throw new NetlinkError('EEXIST')
  const ownName = freeName(name, 'veth', target, target === peerTarget ? peerName : '')
  const { machine } = context
  const [link, peer] = Veth.pair(
    { netns: target, name: ownName, mac: words.mac ?? machine.randomMac() },
    { netns: peerTarget, name: peerName, mac: peerWords.mac ?? machine.randomMac() },
  )
  // the other end is registered first, so that it gets the lower number (`veth_newlink`)
  peerTarget.attach(peer)
  target.attach(link)
  machine.acquaint(target, peerTarget)
  finish(peer, peerWords)
  return link
}

/** What `type bridge` may say without a change of the model's behaviour, with the values that it may say. */
const BRIDGE_OPTIONS: Readonly<Record<string, RegExp>> = {
  stp_state: /^0$/,
  vlan_filtering: /^0$/,
  mcast_querier: /^0$/,
  nf_call_iptables: /^0$/,
}

/** Numbers that only show, and what the kernel takes (net/bridge/br_stp.c; without a spanning tree any forward delay will do). */
const BRIDGE_SETTINGS: Readonly<Record<keyof BridgeSettings, readonly [min: number, max: number]>> = {
  forward_delay: [0, 0xffffffff],
  hello_time: [100, 1000],
  max_age: [600, 4000],
  priority: [0, 0xffff],
  mcast_snooping: [0, 1],
  nf_call_ip6tables: [0, 1],
  nf_call_arptables: [0, 1],
}

function makeBridge(words: LinkWords, name: string, target: NetworkNamespace, { machine }: IpContext): Bridge {
  const bridge = new Bridge(target, freeName(name, 'bridge', target), words.mac ?? machine.randomMac())
  setBridge(bridge, words.rest)
  target.attach(bridge)
  return bridge
}

/** `type bridge OPTION VALUE …` */
export function setBridge(bridge: Bridge, options: readonly string[]): void {
  for (let i = 0; i < options.length; i += 2) {
    const [option, value] = [options[i]!, options[i + 1] ?? '']
    if (options[i + 1] === undefined) throw new UsageError('Command line is not complete. Try option "help"')
    if (option === 'ageing_time') {
      if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(value))
        throw new UsageError(`Error: argument "${value}" is wrong: invalid ageing_time`)
      bridge.fdb.ageingTime = Number(value) * 10_000_000
    } else if (option in BRIDGE_SETTINGS && /^\d+$/.test(value)) {
      const [min, max] = BRIDGE_SETTINGS[option as keyof BridgeSettings]
      // what does not fit into its field the program refuses
      if (option === 'priority' && Number(value) > max)
        throw new UsageError(`Error: argument "${value}" is wrong: invalid priority`)
      if (Number(value) < min || Number(value) > max) throw new NetlinkError('ERANGE')
      bridge.settings = { ...bridge.settings, [option]: Number(value) }
    } else if (BRIDGE_OPTIONS[option]?.test(value) !== true)
      throw new UnsupportedError(`bridge option ${option} ${value}`)
  }
}

const VXLAN_UNSUPPORTED = [
  'flowlabel',
  'label',
  'maxaddress',
  'ageing',
  'proxy',
  'rsc',
  'l2miss',
  'l3miss',
  'external',
  'gbp',
  'gpe',
  'remcsumtx',
  'remcsumrx',
  'group6',
  'remote6',
  'group',
  'srcport',
  'port',
]

function makeVxlan(words: LinkWords, name: string, target: NetworkNamespace, context: IpContext): Vxlan {
  const { netns, machine, program } = context
  const options = new Words(words.rest)
  let id: number | null = null
  let dev: Link | null = null
  let local = 0 as Ipv4
  let remote = 0 as Ipv4
  let dstport: number | null = null
  let learning = true
  let ttl: number | 'inherit' = 0
  let tos = 0
  let df: VxlanOptions['df'] = 'unset'
  let udpCsum = true
  while (!options.atEnd) {
    const word = options.next()
    if (word === 'id' || word === 'vni') id = options.number('invalid id', 0xffffff, '')
    else if (word === 'dev') dev = deviceOf(netns, options.next(), 255)
    else if (word === 'local') local = options.address('any valid')
    else if (word === 'remote') remote = options.address('any valid')
    else if (word === 'dstport') dstport = options.number('dst port', 65535, '')
    else if (word === 'nolearning') learning = false
    else if (word === 'learning') learning = true
    else if (word === 'ttl' || word === 'hoplimit') ttl = ttlOf(options.next())
    else if (word === 'tos' || word === 'dsfield') tos = tosOf(options.next())
    else if (word === 'df') df = dfOf(options.next())
    else if (word === 'udpcsum' || word === 'noudpcsum') udpCsum = word === 'udpcsum'
    else if (/^(no)?(udp6zerocsumtx|udp6zerocsumrx|localbypass)$/.test(word)) continue
    else if (/^no(proxy|rsc|l2miss|l3miss|external)$/.test(word)) continue
    else if (VXLAN_UNSUPPORTED.includes(word)) throw new UnsupportedError(`vxlan option ${word}`)
    else throw unknownOption(word, 'vxlan')
  }
  if (words.rest.length > 0 && id === null) throw new UsageError('vxlan: missing virtual network identifier', 1)
  if (words.rest.length > 0 && dstport === null) {
    program.stderr.write(
      'vxlan: destination port not specified\nWill use Linux kernel default (non-standard value)\n' +
        "Use 'dstport 4789' to get the IANA assigned value\nUse 'dstport 0' to get default and quiet this message\n",
    )
  }
  if (id === null) throw new NetlinkError('EINVAL', 'Required attributes not provided to perform the operation')
  const own = freeName(name, 'vxlan', target)
  refuseSecond(id, dstport || VXLAN_LINUX_PORT, context)
  const link = new Vxlan(netns, own, words.mac ?? machine.randomMac(), {
    id,
    ...(dstport !== null && dstport !== 0 && { dstport }),
    local,
    dev,
    learning,
    ttl,
    tos,
    df,
    udpCsum,
  })
  target.attach(link)
  if (remote !== 0) link.fdb.set(MAC_ZERO, { address: remote, port: 0, vni: 0, bound: true }, 'append')
  return link
}

/** Where devices open their sockets, two may not have the same number, wherever they were moved since (`vxlan_config_validate`). */
function refuseSecond(id: number, port: number, { netns, machine }: IpContext): void {
  for (const each of [machine.root, ...machine.namespaces.values()]) {
    for (const link of each.devices()) {
      if (link instanceof Vxlan && link.underlay === netns && link.id === id && link.dstport === port)
        throw new NetlinkError('EEXIST', 'A VXLAN device with the specified VNI already exists')
    }
  }
}

function ttlOf(word: string): number | 'inherit' {
  if (word === 'auto') return 0
  if (word === 'inherit') return word
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(word)) throw new UsageError(`Error: argument "${word}" is wrong: invalid TTL`)
  if (Number(word) > 255) throw new UsageError(`Error: argument "${word}" is wrong: TTL must be <= 255`)
  return Number(word)
}

/** 1 is `inherit` to the kernel. */
function tosOf(word: string): number {
  if (word === 'inherit') return 1
  const number = dsfieldNumber(word)
  if (number === undefined) throw new UsageError(`Error: argument "${word}" is wrong: bad TOS value`)
  return number
}

function dfOf(word: string): NonNullable<VxlanOptions['df']> {
  if (word === 'unset' || word === 'set' || word === 'inherit') return word
  throw new UsageError(`Error: argument "${word}" is wrong: DF must be 'unset', 'set' or 'inherit'`)
}

function unknownOption(word: string, type: string): UsageError {
  return new UsageError(`${type}: unknown command "${word}"?`)
}

/** What was said of the new device beside its type. */
function finish(link: Link, words: LinkWords): void {
  const netns = link.netns as NetworkNamespace
  if (words.mac !== null) link.macIsSet = true
  // a tunnel takes as much as its underlying device allows, and does not complain (`vxlan_config_apply`)
  if (words.mtu !== null) netns.setMtu(link, link.kind === 'vxlan' ? Math.min(words.mtu, link.maxMtu) : words.mtu)
  if (words.txQueueLength !== null) link.txQueueLength = words.txQueueLength
  if (words.arp !== null) link.noArp = !words.arp
  if (words.master !== null && words.master !== '') setMaster(link, words.master)
  if (words.up === true) netns.setUp(link, true)
}
