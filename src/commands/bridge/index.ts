import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { UsageError } from '../../route/index.ts'
import { explain } from '../ip/explain.ts'
import { deviceOf, type IpContext, namespaceOf } from '../ip/ip-context.ts'
import { byIndex } from '../ip/link.ts'
import { setPort } from '../ip/link-set.ts'
import { flagsOf } from '../ip/link-show.ts'
import type { Program } from '../process/program.ts'
import { fdb } from './fdb.ts'

/** What the kernel refuses ends `bridge` with this, where `ip` has 2. */
const REFUSED = 255

/** bridge(8) of iproute2 6.1: `fdb` and `link`. */
export const bridge: Program = (args, program) => {
  const { machine, stderr } = program
  let space = program.netns
  let details = false
  let i = 0
  try {
    for (; args[i]?.startsWith('-') === true; i++) {
      const option = args[i]!.replace(/^--/, '-')
      if (option === '-n' || option === '-netns') space = namespaceOf(machine, args[++i] ?? '(null)')
      else if (option === '-d' || option === '-details') details = true
      else if (option !== '-force') throw new UnsupportedError(`bridge ${args[i]}`)
    }
    const context: IpContext = { machine, netns: space, program, inet: false, details, brief: false, oneline: false }
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
function nameWithPeer({ name, ifindex, peer }: Link, netns: NetworkNamespace): string {
  return peer === null || peer.ifindex === ifindex
    ? name
    : `${name}@${netns.deviceByIndex(peer.ifindex)?.name ?? `if${peer.ifindex}`}`
}

const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

function showLinks(args: readonly string[], { netns, program, details }: IpContext): number {
  const at = args.indexOf('dev')
  // other words are not looked at
  const name = at < 0 ? undefined : args[at + 1]
  if (at >= 0 && name === undefined) throw new UsageError('Command line is not complete. Try option "help"')
  if (name !== undefined) deviceOf(netns, name, REFUSED)
  for (const device of byIndex(netns)) {
    const { master } = device
    if (!(master instanceof Bridge) || (name !== undefined && device.name !== name)) continue
    const port = master.portOf(device)!
    const { priority, cost } = port.settings
    const state = port.forwarding ? port.settings.state : device.up ? port.settings.state : 0
    program.stdout.write(
      `${device.ifindex}: ${nameWithPeer(device, netns)}: ${flagsOf(device)} mtu ${device.mtu} master ${master.name} ` +
        `state ${STATES[device.running ? state : 0]} priority ${priority} cost ${cost} \n`,
    )
    if (!details) continue
    const { hairpin, isolated, learning, flood, mcast_flood, bcast_flood } = port.settings
    program.stdout.write(
      `    hairpin ${onOff(hairpin)} guard off root_block off fastleave off learning ${onOff(learning)} flood ${onOff(flood)} ` +
        `mcast_flood ${onOff(mcast_flood)} bcast_flood ${onOff(bcast_flood)} mcast_router 1 mcast_to_unicast off ` +
        `neigh_suppress off vlan_tunnel off isolated ${onOff(isolated)} locked off \n`,
    )
  }
  return 0
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off'
}
