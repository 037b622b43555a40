import { Bridge, type BridgePort } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { UsageError } from '../../route/index.ts'
import { explain } from '../ip/explain.ts'
import { deviceOf, type IpContext, namespaceOf, printJson } from '../ip/ip-context.ts'
import { byIndex } from '../ip/link.ts'
import { portState } from '../ip/link-details.ts'
import { setPort } from '../ip/link-set.ts'
import { flagsOf } from '../ip/link-show.ts'
import { View } from '../ip/view.ts'
import type { Program } from '../process/program.ts'
import { fdb } from './fdb.ts'

/** What the kernel refuses ends `bridge` with this, where `ip` has 2. */
const REFUSED = 255

/** bridge(8) of iproute2 6.1: `fdb` and `link`. */
export const bridge: Program = (args, program) => {
  const { machine, stderr } = program
  let space = program.netns
  let details = false
  let json = false
  let pretty = false
  let oneline = false
  let statistics = 0
  let i = 0
  try {
    for (; args[i]?.startsWith('-') === true; i++) {
      const option = args[i]!.replace(/^--/, '-')
      if (option === '-n' || option === '-netns') space = namespaceOf(machine, args[++i] ?? '(null)')
      else if (option === '-d' || option === '-details') details = true
      else if (option === '-j' || option === '-json') json = true
      else if (option === '-p' || option === '-pretty') pretty = true
      else if (option === '-o' || option === '-oneline') oneline = true
      else if (option === '-s' || option === '-statistics' || option === '-stats') statistics++
      else if (option !== '-force') throw new UnsupportedError(`bridge ${args[i]}`)
    }
    const context: IpContext = {
      machine,
      netns: space,
      program,
      inet: false,
      details,
      brief: false,
      oneline,
      json,
      pretty,
      statistics,
    }
    const [object, ...rest] = args.slice(i)
    if (object === undefined) throw new UsageError('Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }')
    if ('link'.startsWith(object)) return link(rest, context)
    if ('fdb'.startsWith(object)) return fdb(rest, context)
    if (/^(mdb|vlan|vni|monitor)/.test(object)) throw new UnsupportedError(`bridge ${object}`)
    throw new UsageError(`Object "${object}" is unknown, try "bridge help".`)
  } catch (error) {
    return explain(error, stderr, REFUSED)
  }
}

/** `bridge link` (iproute2 bridge/link.c). */
function link(args: readonly string[], context: IpContext): number {
  const [word = 'show', ...rest] = args
  if ('show'.startsWith(word) || word === 'lst' || 'list'.startsWith(word)) return showLinks(rest, context)
  if ('set'.startsWith(word) || 'change'.startsWith(word)) return setLinks(rest, context)
  throw new UsageError(`Command "${word}" is unknown, try "bridge link help".`)
}

function setLinks(args: readonly string[], { netns }: IpContext): number {
  const at = args.indexOf('dev')
  const name = at < 0 ? undefined : args[at + 1]
  if (name === undefined) throw new UsageError('Device is a required argument.')
  const device = netns.deviceByName(name)
  if (device === undefined) throw new UsageError(`Cannot find bridge device "${name}"`)
  setPort(
    device,
    args.toSpliced(at, 2).filter((word) => word !== 'self' && word !== 'master'),
    'bridge',
  )
  return 0
}

/**
 * Trap: the kernel tells bridge(8) the index of the other end without its namespace, and not at all where it is the device's own
 * (`br_fill_ifinfo`, net/bridge/br_netlink.c); so it is looked for here.
 */
function putName(view: View, { name, ifindex, peer }: Link, netns: NetworkNamespace): void {
  view.put('ifindex', ifindex, `${ifindex}: `)
  const other =
    peer === null || peer.ifindex === ifindex ? null : (netns.deviceByIndex(peer.ifindex)?.name ?? `if${peer.ifindex}`)
  if (other !== null) view.put('link', other, '')
  view.put('ifname', name, other === null ? name : `${name}@${other}`)
}

function showLinks(args: readonly string[], context: IpContext): number {
  const { netns, program, details, json, oneline } = context
  const at = args.indexOf('dev')
  // other words are not looked at
  const name = at < 0 ? undefined : args[at + 1]
  if (at >= 0 && name === undefined) throw new UsageError('Command line is not complete. Try option "help"')
  if (name !== undefined) deviceOf(netns, name, REFUSED)
  const all: View[] = []
  for (const device of byIndex(netns)) {
    const { master } = device
    if (!(master instanceof Bridge) || (name !== undefined && device.name !== name)) continue
    const port = master.portOf(device)!
    const { priority, cost } = port.settings
    const flags = flagsOf(device)
    const view = new View()
    putName(view, device, netns)
    view
      .put('flags', flags, `: <${flags.join(',')}> `)
      .put('mtu', device.mtu)
      .put('master', master.name)
      .put('state', portState(port))
      .put('priority', priority)
      .put('cost', cost)
    if (details) putSwitches(view.say('\n    '), port)
    all.push(view)
  }
  if (json) {
    printJson(
      context,
      all.map((view) => view.json),
    )
  } else for (const { text } of all) program.stdout.write(`${oneline ? text.replace('\n', '\\') : text}\n`)
  return 0
}

function putSwitches(view: View, { settings }: BridgePort): void {
  const { hairpin, isolated, learning, flood, mcast_flood, bcast_flood } = settings
  view
    .onOff('hairpin', hairpin)
    .onOff('guard', false)
    .onOff('root_block', false)
    .onOff('fastleave', false)
    .onOff('learning', learning)
    .onOff('flood', flood)
    .onOff('mcast_flood', mcast_flood)
    .onOff('bcast_flood', bcast_flood)
    .put('mcast_router', 1)
    .onOff('mcast_to_unicast', false)
    .onOff('neigh_suppress', false)
    .onOff('vlan_tunnel', false)
    .onOff('isolated', isolated)
    .onOff('locked', false)
}
