import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { Vxlan, type VxlanRemote } from '../../overlay/index.ts'
import {
  formatIpv4,
  type Ipv4,
  isMulticastMac,
  MAC_ZERO,
  type Mac,
  parseMac,
  UnsupportedError,
} from '../../packet/index.ts'
import { NetlinkError, UsageError } from '../../route/index.ts'
import { Words } from '../../route/words.ts'
import { deviceOf, type IpContext, printJson } from '../ip/ip-context.ts'
import { View } from '../ip/view.ts'
import { type FdbLine, fdbLines } from './fdb-list.ts'

type Verb = 'add' | 'append' | 'replace' | 'delete'

/** `bridge fdb` (iproute2 bridge/fdb.c). */
export function fdb(args: readonly string[], context: IpContext): number {
  const [word = 'show', ...rest] = args
  if ('add'.startsWith(word)) return modify('add', rest, context)
  if ('append'.startsWith(word)) return modify('append', rest, context)
  if ('replace'.startsWith(word)) return modify('replace', rest, context)
  if ('delete'.startsWith(word)) return modify('delete', rest, context)
  if ('get'.startsWith(word)) throw new UnsupportedError('bridge fdb get')
  if ('show'.startsWith(word) || word === 'lst' || 'list'.startsWith(word)) return show(rest, context)
  if ('flush'.startsWith(word)) return flush(rest, context)
  throw new UsageError(`Command "${word}" is unknown, try "bridge fdb help".`)
}

interface FdbWords {
  mac: Mac | null
  device: string
  dst: Ipv4 | null
  port: number
  vni: number
  self: boolean
  master: boolean
  state: 'permanent' | 'static' | 'dynamic'
}

function read(args: readonly string[]): FdbWords {
  const words = new Words(args)
  const read: FdbWords = {
    mac: null,
    device: '',
    dst: null,
    port: 0,
    vni: 0,
    self: false,
    master: false,
    state: 'permanent',
  }
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'dev') read.device = words.next()
    else if (word === 'dst') read.dst = words.address('any valid')
    else if (word === 'port') read.port = words.number('invalid port', 65535)
    else if (word === 'vni') read.vni = words.number('invalid VNI', 0xffffff)
    else if (word === 'self') read.self = true
    else if (word === 'master') read.master = true
    else if (word === 'local' || word === 'permanent') read.state = 'permanent'
    else if (word === 'temp' || word === 'static') read.state = 'static'
    else if (word === 'dynamic') read.state = 'dynamic'
    else if (/^(router|via|src_vni|use|extern_learn|sticky|vlan|nhid)$/.test(word)) {
      throw new UnsupportedError(`bridge fdb option ${word}`)
    } else {
      if (read.mac !== null) throw new UsageError(`Error: either "to" is duplicate, or "${word}" is a garbage.`)
      read.mac = macOf(word === 'to' ? words.next() : word)
    }
  }
  return read
}

function macOf(word: string): Mac {
  if (!/^([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}$/.test(word)) throw new UsageError(`Invalid mac address ${word}`)
  return parseMac(word)
}

function modify(verb: Verb, args: readonly string[], { netns }: IpContext): number {
  const words = read(args)
  if (words.device === '' || words.mac === null) throw new UsageError('Device and address are required arguments.')
  const link = deviceOf(netns, words.device, 255)
  if (words.master) modifyMaster(verb, link, words.mac, words.state)
  else if (link instanceof Vxlan) modifyVxlan(verb, link, words.mac, words)
  else throw new UnsupportedError(`bridge fdb ${verb} for the device itself (${link.kind})`)
  return 0
}

/** An entry of the bridge that the device is a port of. */
function modifyMaster(verb: Verb, link: Link, mac: Mac, state: FdbWords['state']): void {
  const { master } = link
  if (!(master instanceof Bridge)) throw new NetlinkError('EOPNOTSUPP')
  const port = master.portOf(link)!
  const known = master.fdb.find(mac)
  if (verb === 'delete') {
    if (known === undefined || known.port !== port) throw new NetlinkError('ENOENT')
    master.fdb.delete(mac)
    return
  }
  if (verb === 'add' && known !== undefined) throw new NetlinkError('EEXIST')
  if (state !== 'dynamic') master.fdb.add(mac, port, { local: state === 'permanent' })
  else {
    master.fdb.delete(mac)
    master.fdb.learn(mac, port)
  }
}

function modifyVxlan(verb: Verb, link: Vxlan, mac: Mac, { dst, port, vni }: FdbWords): void {
  const known = link.fdb.configured.get(mac)
  // trap: the endpoint that the device was created with is bound to a device, and so it is another one
  const isSame = (each: VxlanRemote): boolean =>
    each.address === dst && each.port === port && each.vni === vni && each.bound !== true
  if (verb === 'delete') {
    if (!link.fdb.delete(mac, dst === null ? undefined : isSame)) throw new NetlinkError('ENOENT')
    return
  }
  if (dst === null) throw new NetlinkError('EINVAL')
  if (verb === 'add' && known !== undefined) throw new NetlinkError('EEXIST')
  const there = known?.some(isSame) === true
  if (known !== undefined && (verb === 'append') !== (mac === MAC_ZERO || isMulticastMac(mac))) {
    // only what stands for many has several remotes, and only what stands for one is replaced (`vxlan_fdb_update_existing`)
    if (verb === 'append') return
    throw new NetlinkError('EOPNOTSUPP', 'Cannot replace non-unicast fdb entries')
  }
  if (verb === 'append' && there) return
  link.fdb.set(mac, { address: dst, port, vni }, verb === 'append' ? 'append' : 'replace')
}

function show(args: readonly string[], context: IpContext): number {
  const { netns, program, json, statistics } = context
  // when it was used and changed
  if (statistics > 0) throw new UnsupportedError('bridge -s fdb')
  const words = new Words(args)
  let device = ''
  let bridge = ''
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'dev' || word === 'brport') device = words.next()
    else if (word === 'br') bridge = words.next()
    else if (/^(vlan|state|dynamic)$/.test(word)) throw new UnsupportedError(`bridge fdb show ${word}`)
  }
  if (device !== '') deviceOf(netns, device, 255)
  if (bridge !== '') bridgeDevice(netns, bridge)
  const all: View[] = []
  for (const line of fdbLines(netns)) {
    if (device !== '' && line.dev.name !== device) continue
    if (bridge !== '' && line.dev.name !== bridge && line.dev.master?.name !== bridge) continue
    all.push(lineView(line, device !== '', context))
  }
  if (json) {
    printJson(
      context,
      all.map((view) => view.json),
    )
  } else for (const { text } of all) program.stdout.write(`${text}\n`)
  return 0
}

function lineView(line: FdbLine, hideDevice: boolean, { netns, machine }: IpContext): View {
  const view = new View().put('mac', line.mac, `${line.mac} `)
  if (!hideDevice) view.put('ifname', line.dev.name, `dev ${line.dev.name} `)
  if (line.dst !== undefined) view.put('dst', formatIpv4(line.dst))
  if (line.port !== undefined) view.put('port', line.port)
  if (line.vni !== undefined) view.put('vni', line.vni)
  const { via, space } = line
  if (via !== undefined && space !== undefined) {
    if (space === netns) view.put('viaIf', via.name, `via ${via.name} `)
    else {
      view.put('viaIfIndex', via.ifindex, `via ifindex ${via.ifindex} `)
      view.put('linkNetNsId', machine.idOf(netns, space) ?? -1, `link-netnsid ${machine.idOf(netns, space) ?? -1} `)
    }
  }
  view.put('flags', line.self ? ['self'] : [], line.self ? 'self ' : '')
  if (line.master !== undefined) view.put('master', line.master.name)
  // of a learned entry nothing stands behind the last blank
  return view.put('state', line.state, line.state)
}

/** `bridge fdb flush dev BRIDGE`, `… dev PORT master`: everything there, also what stands for the bridge and the port themselves. */
function flush(args: readonly string[], { netns }: IpContext): number {
  const [dev, name, ...rest] = args
  if (dev === undefined) throw new UsageError('Device is a required argument.')
  const master = rest.length === 1 && rest[0] === 'master'
  if (dev !== 'dev' || name === undefined || (rest.length > 0 && !master))
    throw new UnsupportedError(`bridge fdb flush ${args.join(' ')}`)
  const link = bridgeDevice(netns, name)
  const bridge = master ? link.master : link
  if (bridge instanceof Bridge) bridge.fdb.flush(master ? bridge.portOf(link)! : null, true)
  else if (link instanceof Vxlan) throw new UnsupportedError('bridge fdb flush for a vxlan')
  else throw new NetlinkError('EOPNOTSUPP')
  return 0
}

/** @throws UsageError in the words of some parts of `bridge` */
function bridgeDevice(netns: NetworkNamespace, name: string): Link {
  const link = netns.deviceByName(name)
  if (link === undefined) throw new UsageError(`Cannot find bridge device "${name}"`)
  return link
}
