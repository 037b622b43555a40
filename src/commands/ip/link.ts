import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { Vxlan } from '../../overlay/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { NetlinkError, UsageError } from '../../route/index.ts'
import { abbreviates, Words } from '../../route/words.ts'
import { type IpContext, printJson } from './ip-context.ts'
import type { Json } from './json.ts'
import { addLink, setBridge, targetOf } from './link-add.ts'
import { linkOf, masterOf, setLink, setPort } from './link-set.ts'
import { briefLinkView, isAskedFor, type LinkFilter, linkView, passes } from './link-show.ts'
import { putStatistics, requireOneStatistics } from './link-statistics.ts'
import { readLinkWords } from './link-words.ts'

/** `ip link` (iproute2 ip/iplink.c). */
export function link(args: readonly string[], context: IpContext): number {
  const [word = 'show', ...rest] = args
  if (abbreviates(word, 'add')) return addLink(rest, context)
  if (abbreviates(word, 'set') || abbreviates(word, 'change')) return set(rest, context)
  if (
    abbreviates(word, 'replace') ||
    abbreviates(word, 'afstats') ||
    abbreviates(word, 'xstats') ||
    abbreviates(word, 'property')
  ) {
    throw new UnsupportedError(`ip link ${word}`)
  }
  if (abbreviates(word, 'delete')) return remove(rest, context)
  if (abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list')) return show(rest, context)
  throw new UsageError(`Command "${word}" is unknown, try "ip link help".`)
}

function set(args: readonly string[], context: IpContext): number {
  const words = readLinkWords(args)
  const device = linkOf(context.netns, words)
  const target = words.netns === '' ? null : targetOf(words.netns, context)
  setLink(device, words, target)
  if (device.peer !== null)
    context.machine.acquaint(device.netns as NetworkNamespace, device.peer.netns as NetworkNamespace)
  if (device instanceof Vxlan)
    context.machine.acquaint(device.netns as NetworkNamespace, device.underlay as NetworkNamespace)
  if (words.type === 'bridge_slave') setPort(device, words.rest)
  else if (words.type === 'bridge' && device instanceof Bridge) setBridge(device, words.rest)
  else if (words.type !== '') throw new UnsupportedError(`ip link set type ${words.type}`)
  return 0
}

function remove(args: readonly string[], { netns }: IpContext): number {
  const words = readLinkWords(args)
  const device = linkOf(netns, words)
  // the kernel goes by the name alone, whatever the type (`rtnl_dellink`)
  if (device.loopback) throw new NetlinkError('EOPNOTSUPP')
  netns.remove(device)
  return 0
}

/** The words of `show`: `[dev] DEV`, `up`, `master DEV`, `type TYPE`. */
export function readFilter(args: readonly string[], netns: NetworkNamespace): LinkFilter {
  const words = new Words(args)
  const filter: LinkFilter = { up: false, type: '' }
  let name = ''
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'up') filter.up = true
    else if (word === 'master') filter.master = masterOf(netns, words.next())
    else if (word === 'type') filter.type = words.next()
    else if (word === 'vrf' || word === 'group' || word === 'nomaster') throw new UnsupportedError(`ip show ${word}`)
    else {
      const text = word === 'dev' ? words.next() : word
      if (name !== '') throw new UsageError(`Error: either "dev" is duplicate, or "${text}" is a garbage.`)
      name = text
    }
  }
  if (name !== '') {
    const device = netns.deviceByName(name)
    if (device === undefined) throw new UsageError(`Device "${name}" does not exist.`, 1)
    filter.device = device
  }
  return filter
}

function show(args: readonly string[], context: IpContext): number {
  const { netns, program, brief, oneline, json, statistics } = context
  requireOneStatistics(context)
  const filter = readFilter(args, netns)
  const all: Json[] = []
  for (const device of byIndex(netns)) {
    if (!isAskedFor(device, filter)) continue
    if (!passes(device, filter)) {
      all.push({})
      continue
    }
    const view = brief ? briefLinkView(device) : linkView(device, context, true, true)
    if (statistics > 0 && !brief) putStatistics(view, device)
    all.push(view.json)
    if (!json) program.stdout.write(`${oneline ? view.text.replaceAll('\n', '\\') : view.text}\n`)
  }
  if (json) printJson(context, all)
  return 0
}

/** As the kernel lists them: by their number. */
export function byIndex(netns: NetworkNamespace): Link[] {
  return [...netns.devices()].sort((a, b) => a.ifindex - b.ifindex)
}
