import { Bridge, type PortSettings } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { isMulticastMac, UnsupportedError } from '../../packet/index.ts'
import { NetlinkError, UsageError } from '../../route/index.ts'
import { bridgeOf, deviceOf } from './ip-context.ts'
import type { LinkWords } from './link-words.ts'

/** What `ip link set` says of one device, in the order in which the kernel does it (`do_setlink`, net/core/rtnetlink.c). */
export function setLink(link: Link, words: LinkWords, target: NetworkNamespace | null): void {
  let netns = link.netns as NetworkNamespace
  if (target !== null && target !== netns) {
    const name = words.name !== '' && words.name !== link.name ? words.name : link.name
    if (target.deviceByName(name) !== undefined) throw new NetlinkError('EEXIST')
    netns.detach(link)
    link.name = name
    target.attach(link)
    netns = target
  } else if (words.name !== '' && words.name !== link.name) {
    if (netns.deviceByName(words.name) !== undefined) throw new NetlinkError('EEXIST')
    netns.rename(link, words.name)
  }
  if (words.mac !== null) {
    // a group's address, and none (`is_valid_ether_addr`)
    if (words.mac === 0 || isMulticastMac(words.mac)) throw new NetlinkError('EADDRNOTAVAIL')
    netns.setMac(link, words.mac)
  }
  if (words.mtu !== null) setMtu(netns, link, words.mtu)
  if (words.txQueueLength !== null) link.txQueueLength = words.txQueueLength
  if (words.arp !== null) link.noArp = !words.arp
  if (words.promiscuous !== null && words.promiscuous !== link.promiscuous) {
    link.promiscuous = words.promiscuous
    link.promiscuity += words.promiscuous ? 1 : -1
  }
  if (words.master === '') bridgeOf(link)?.removePort(link)
  else if (words.master !== null) setMaster(link, words.master)
  if (words.up !== null) netns.setUp(link, words.up)
}

function setMtu(netns: NetworkNamespace, link: Link, mtu: number): void {
  if (mtu < 68 && link.kind === 'dummy') throw new UnsupportedError(`${link.name} without IPv4 (mtu ${mtu})`)
  if (mtu < 68) throw new NetlinkError('EINVAL', 'mtu less than device minimum')
  if (mtu > link.maxMtu) {
    throw link.kind === 'vxlan'
      ? new NetlinkError('EINVAL')
      : new NetlinkError('EINVAL', 'mtu greater than device maximum')
  }
  netns.setMtu(link, mtu)
}

/** What stands behind `master`. @throws UsageError */
export function masterOf(netns: NetworkNamespace, name: string): Link {
  const master = netns.deviceByName(name)
  if (master === undefined) throw new UsageError(`Error: argument "${name}" is wrong: Device does not exist\n`, 255)
  return master
}

/** `master BRIDGE`: it leaves the bridge that it was in. */
export function setMaster(link: Link, name: string): void {
  const netns = link.netns as NetworkNamespace
  const master = masterOf(netns, name)
  if (link.master === master) return
  if (!(master instanceof Bridge)) throw new NetlinkError('EOPNOTSUPP')
  if (link.loopback) throw new NetlinkError('EINVAL')
  if (link instanceof Bridge) throw new NetlinkError('EINVAL', 'Can not enslave a bridge to a bridge')
  bridgeOf(link)?.removePort(link)
  master.addPort(link)
}

/** Port settings by iproute2's names; the others that it knows change nothing in this model, or are refused. */
const PORT_SWITCHES = ['hairpin', 'isolated', 'learning', 'flood', 'mcast_flood', 'bcast_flood'] as const
const PORT_IGNORED = [
  'guard',
  'root_block',
  'fastleave',
  'mcast_fast_leave',
  'neigh_suppress',
  'vlan_tunnel',
  'locked',
  'mcast_to_unicast',
]
const PORT_NUMBERS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  priority: [0, 63],
  cost: [1, 65535],
  mcast_router: [0, 2],
}
/** What `ip` knows (ip/iplink_bridge_slave.c); `bridge` has words of its own. */
const PORT_WORDS: ReadonlySet<string> = new Set([
  ...PORT_SWITCHES,
  ...PORT_IGNORED,
  ...Object.keys(PORT_NUMBERS),
  ...'state fdb_flush proxy_arp proxy_arp_wifi mcast_fast_leave group_fwd_mask backup_port nobackup_port mab'.split(
    ' ',
  ),
])
const PORT_STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

/** `type bridge_slave hairpin on …`, and the words of `bridge link set`. @throws NetlinkError when it is no port */
export function setPort(link: Link, words: readonly string[], tool: 'ip' | 'bridge' = 'ip'): void {
  const settings: { -readonly [name in keyof PortSettings]?: PortSettings[name] } = {}
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i]!
    const value = words[i + 1]
    if (tool === 'ip' && !PORT_WORDS.has(word)) throw new UsageError(`bridge_slave: unknown option "${word}"?`)
    if (value === undefined) throw new UsageError('Command line is not complete. Try option "help"')
    const name = PORT_SWITCHES.find((each) => each === word)
    if (name !== undefined) settings[name] = portSwitch(value, word, tool)
    else if (word === 'state') settings.state = stateNumber(value, tool)
    else if (PORT_IGNORED.includes(word)) {
      if (portSwitch(value, word, tool)) throw new UnsupportedError(`bridge port option ${word} on`)
    } else if (PORT_NUMBERS[word] === undefined) throw new UnsupportedError(`bridge port option ${word}`)
    else {
      const number = portNumber(value, word, tool)
      if (word === 'priority') settings.priority = number
      // bridge does not hand on a cost of 0
      else if (word === 'cost' && (number > 0 || tool === 'ip')) settings.cost = number
    }
  }
  const bridge = bridgeOf(link)
  if (bridge === null) throw new NetlinkError('EOPNOTSUPP')
  if (settings.state !== undefined && !(link.running || (link.up && settings.state === 0)))
    throw new NetlinkError('ENETDOWN')
  for (const name of ['priority', 'cost'] as const) {
    const [min, max] = PORT_NUMBERS[name]!
    const number = settings[name]
    if (number !== undefined && (number < min || number > max)) throw new NetlinkError('ERANGE')
  }
  bridge.setPort(link, settings)
}

function portNumber(word: string, name: string, tool: 'ip' | 'bridge'): number {
  const number = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(word) ? Number(word) : Number.NaN
  if (number <= 0xffffffff) return number
  // bridge reads as much of it as is a number
  if (tool === 'bridge') return Number.parseInt(word, 10) || 0
  throw new UsageError(`Error: argument "${word}" is wrong: ${name} is invalid`)
}

function portSwitch(value: string, word: string, tool: 'ip' | 'bridge'): boolean {
  if (value === 'on' || value === 'off') return value === 'on'
  // Trap: bridge ends with minus EINVAL
  throw new UsageError(
    `Error: argument of "${word}" must be one of "off", "on", not "${value}"`,
    tool === 'ip' ? 1 : 234,
  )
}

function stateNumber(word: string, tool: 'ip' | 'bridge'): number {
  const number =
    /^\d+$/.test(word) && Number(word) <= 255 ? Number(word) : tool === 'bridge' ? PORT_STATES.indexOf(word) : -1
  if (number < 0) {
    throw new UsageError(
      tool === 'ip' ? `Error: argument "${word}" is wrong: state is invalid` : 'Error: invalid STP port state',
    )
  }
  if (number >= PORT_STATES.length) throw new NetlinkError('EINVAL')
  return number
}

/** The device behind `dev`, or the first word. */
export function linkOf(netns: NetworkNamespace, words: LinkWords): Link {
  if (words.device === '') throw new UsageError('Not enough information: "dev" argument is required.', 255)
  return deviceOf(netns, words.device)
}
