import type {
  EvidencePart,
  FdbEvidence,
  IptablesEvidence,
  Line,
  ListenerEvidence,
  NamespaceEvidence,
  NeighbourEvidence,
  Note,
  ProxyEvidence,
  Source,
  Text,
} from '../evidence.ts'
import type { NamespaceOwner } from '../format.ts'
import { readBridgeLinks } from './bridge-links.ts'
import { readBriefLinks } from './brief-links.ts'
import { type Command, type IproutCall, readCommand, readIprouteCall } from './command.ts'
import { readConnections } from './connections.ts'
import { readFdb } from './fdb.ts'
import { joinIptables, printOf, readIptables } from './iptables/index.ts'
import { LinkCollection } from './link-collection.ts'
import { readLinks } from './links.ts'
import { readNetstat, readSs } from './listeners.ts'
import { readNeighbours } from './neighbours.ts'
import { readArpTable, readRouteTable } from './net-tools.ts'
import { readNftTables } from './nft-tables.ts'
import { readNsids } from './nsids.ts'
import { isXfrmPolicy, readIpvs, readPolicies, readQdiscs } from './other-deciders.ts'
import { PrintContext } from './print-context.ts'
import { readSelection, type Selection } from './route-selection.ts'
import { type RouteLine, readRoutes } from './routes.ts'
import { readRules } from './rules.ts'
import { readSets } from './sets.ts'
import { areSysctlFiles, isAllSysctls, readSysctlFiles, readSysctls } from './sysctls.ts'

/** Which namespace the evidence is of. */
export interface NamespaceIdentity {
  readonly name: string
  readonly host: string
  readonly id: number
  readonly isHost: boolean
  readonly owners: readonly NamespaceOwner[]
  /** The host's namespaces by their names below /run/netns: `ip netns list-id` tells names. */
  readonly ids?: ReadonlyMap<string, number>
}

/**
 * Makes evidence of what commands printed, one after the other: `ip link` tells the devices, `ip addr` their addresses, `ip route` one table
 * and `ip route show table local` another; what is told twice counts as it was told last.
 *
 * What a command shows of its whole subject makes that complete: nothing else is there. What it shows of a part (`dev eth0`, `-4` of devices,
 * `up`, a table) only adds to what is known, and the subject is `partial`, unless another print tells all of it. A print with a line that was
 * not understood has told a part, too.
 */
export class EvidenceBuilder {
  readonly #identity: NamespaceIdentity
  readonly #notes: Note[] = []
  readonly #deciders: Line[] = []
  readonly #links = new LinkCollection()
  readonly #routes: { readonly table: string; readonly line: Line }[] = []
  #hasRoutes = false
  #routeTables: Set<string> | 'all' = new Set()
  #rules: Line[] | null = null
  #neighbours: NeighbourEvidence[] | null = null
  #proxies: ProxyEvidence[] | null = null
  #fdb: FdbEvidence[] | null = null
  #nsids: Map<number, string | null> | null = null
  #sysctls: Map<string, string> | null = null
  #sets: Text | null = null
  #iptables: IptablesEvidence[] | null = null
  #foreignTables: Line[] = []
  #connections: Line[] | null = null
  #listeners: ListenerEvidence[] | null = null
  readonly #partial = new Map<EvidencePart, string>()
  readonly #complete = new Set<EvidencePart>()

  constructor(identity: NamespaceIdentity) {
    this.#identity = identity
  }

  /**
   * Takes what a command printed: text, or the JSON itself.
   *
   * @returns false: not a command that kubehop reads, or one that asks another namespace (`ip -n NAME`, `ip netns exec NAME`)
   * @throws KubehopError `BAD_PRINT` when it is not what the command prints
   */
  add(command: string, print: unknown, source: Source = {}): boolean {
    const read = readCommand(command)
    if (read === null) return false
    const context = new PrintContext(
      { ...source, command: source.command ?? command },
      this.#identity.name,
      this.#notes,
      this.#deciders,
    )
    switch (read.program) {
      case 'ip':
      case 'bridge':
        return this.#addIproute(read, print, context)
      case 'route':
      case 'arp':
        return this.#addNetTools(read, print, context)
      case 'tc':
        return readQdiscs(read.args, print, context)
      case 'nft':
        return this.#addNft(read, print, context) || this.#addIptables(read, print, context)
      default:
        return this.#addText(read, print, context) || this.#addIptables(read, print, context)
    }
  }

  /** Something to tell. */
  note(message: string, source: Source): void {
    this.#notes.push({ message, source })
  }

  /** What is known now. */
  finish(): NamespaceEvidence {
    const { name, host, id, isHost, owners } = this.#identity
    const told = this.#links.finish(this.#nsids)
    const partial = new Map([...this.#partial, ...told.partial].filter(([part]) => !this.#complete.has(part)))
    const routeTables = this.#tablesTold(told.links !== null)
    if (this.#hasRoutes && routeTables !== 'all') {
      const tables = [...routeTables].map((table) => `table ${table}`).join(', ')
      partial.set('routes', tables === '' ? 'no table was told as a whole' : `only ${tables} was told as a whole`)
    }
    const iptables = this.#iptables === null ? null : joinIptables(this.#iptables)
    // iptables and nft name what stands beside iptables' own tables, too
    const foreign = [...this.#foreignTables, ...(iptables ?? []).flatMap((rules) => rules.foreign ?? [])]
    return {
      name,
      host,
      id,
      isHost,
      owners,
      links: told.links,
      routes: this.#hasRoutes ? this.#routes.map(({ line }) => line) : null,
      routeTables,
      rules: this.#rules,
      neighbours: this.#neighbours,
      proxies: this.#proxies,
      fdb: this.#fdb,
      nsids: this.#nsidsToIds(),
      sysctls: this.#sysctls,
      sets: this.#sets,
      iptables,
      foreignTables: [...new Map(foreign.map((each) => [each.text, each])).values()],
      // two prints of a device tell of its program twice
      otherDeciders: [...new Map(this.#deciders.map((each) => [each.text, each])).values()],
      connections: this.#connections,
      listeners: this.#listeners,
      partial,
      notes: [...this.#notes, ...(iptables ?? []).flatMap(({ notes = [] }) => notes)],
    }
  }

  /** Of names that nobody knows nothing is told. */
  #nsidsToIds(): Map<number, number> | null {
    if (this.#nsids === null) return null
    const ids = new Map<number, number>()
    for (const [nsid, name] of this.#nsids) {
      const id = name === null ? undefined : this.#identity.ids?.get(name)
      if (id !== undefined) ids.set(nsid, id)
    }
    return ids
  }

  /** A part of the evidence was told as a whole, or in part. */
  #tell(part: EvidencePart, why: string | null): void {
    if (why === null) this.#complete.add(part)
    else this.#partial.set(part, why)
  }

  #addIproute(command: Command, print: unknown, context: PrintContext): boolean {
    if (isXfrmPolicy(command)) return readPolicies(print, context)
    const call = readIprouteCall(command)
    if (call === null) return false
    const isJson = typeof print !== 'string' || /^\s*\[/.test(print)
    // nothing of IPv6 counts
    if (call.family === 6) return true
    if (command.program === 'bridge') return this.#addBridge(call, print, isJson, context)
    switch (call.object) {
      case 'address':
      case 'link':
        this.#links.add(
          call.brief && !isJson
            ? readBriefLinks(print as string, call.object === 'address', context)
            : readLinks(print, isJson, call.object === 'address', context),
          call,
        )
        return true
      case 'route':
        return this.#addRoutes(call, print, isJson, context)
      case 'rule': {
        const { rules, complete } = readRules(print, isJson, context)
        const lines = rules.map(({ text, line }): Line => ({ text, source: context.at(line) }))
        const filtered = call.args.length > 0
        if (!complete && rules.length === 0) return true
        this.#rules = filtered ? [...(this.#rules ?? []), ...lines] : lines
        this.#tell('rules', wholeOr(filtered, complete, call))
        return true
      }
      case 'neighbour':
        return this.#addNeighbours(call, print, isJson, context)
      case 'netns':
        this.#nsids = readNsids(print, isJson, context)
        this.#tell('nsids', call.args.length === 0 ? null : asked(call))
        return true
      default:
        return false
    }
  }

  #addRoutes(call: IproutCall, print: unknown, isJson: boolean, context: PrintContext): boolean {
    const selection = readSelection(call.args)
    if (selection === null) return false
    const { routes, complete } = readRoutes(print, isJson, selection.values, context)
    this.#putRoutes(routes, selection, complete, context)
    return true
  }

  #putRoutes(
    routes: readonly RouteLine[],
    { table, filtered }: Pick<Selection, 'table' | 'filtered'>,
    complete: boolean,
    context: PrintContext,
  ): void {
    // an error in place of routes
    if (!complete && routes.length === 0) return
    const whole = !filtered && complete
    this.#hasRoutes = true
    // a table that was told as a whole is so; of another one more is known now
    if (!filtered) {
      const kept = this.#routes.filter((each) => table !== 'all' && each.table !== table)
      this.#routes.length = 0
      this.#routes.push(...kept)
    }
    const known = new Set(filtered ? this.#routes.map(({ line }) => line.text) : [])
    for (const each of routes) {
      const line = { text: each.text, source: context.at(each.line) }
      if (!known.has(each.text)) this.#routes.push({ table: each.table, line })
    }
    if (whole && table === 'all') this.#routeTables = 'all'
    else if (whole && this.#routeTables !== 'all') this.#routeTables.add(table)
  }

  /**
   * The tables that were told as a whole. A host that has an address has a route to it in `local`: where that is missing, somebody has cut these lines
   * out of all tables' print. Devices that were told say so themselves.
   */
  #tablesTold(hasLinks: boolean): NamespaceEvidence['routeTables'] {
    if (this.#routeTables !== 'all') return new Set(this.#routeTables)
    const isCut =
      !hasLinks &&
      this.#routes.some(({ line }) => / src /.test(line.text)) &&
      this.#routes.every(({ table }) => table !== 'local')
    return isCut ? new Set(['main', ...this.#routes.map(({ table }) => table)]) : 'all'
  }

  #addNeighbours(call: IproutCall, print: unknown, isJson: boolean, context: PrintContext): boolean {
    const isProxy = call.args.includes('proxy')
    const rest = call.args.filter((word) => word !== 'proxy')
    const found = readNeighbours(print, isJson, deviceIn(rest), context)
    if (!found.complete && found.entries.length + found.proxies.length === 0) return true
    // NOARP ones, which `ip neigh` leaves out, and each state that is asked for
    const filtered = rest.length > 0 && !(rest.length === 2 && rest[0] === 'nud' && rest[1] === 'all')
    const why = wholeOr(filtered, found.complete, call)
    if (isProxy || found.proxies.length > 0) {
      this.#proxies = filtered ? [...(this.#proxies ?? []), ...found.proxies] : found.proxies
      this.#tell('proxies', isProxy ? why : asked(call))
    }
    if (isProxy) return true
    this.#neighbours = filtered ? merged(this.#neighbours ?? [], found.entries, neighbourKey) : found.entries
    this.#tell('neighbours', why)
    return true
  }

  #addBridge(call: IproutCall, print: unknown, isJson: boolean, context: PrintContext): boolean {
    const filtered = call.args.length > 0
    if (call.object === 'fdb') {
      const { entries, complete } = readFdb(print, isJson, deviceIn(call.args), context)
      if (!complete && entries.length === 0) return true
      this.#fdb = filtered ? merged(this.#fdb ?? [], entries, fdbKey) : entries
      this.#tell('fdb', wholeOr(filtered, complete, call))
      return true
    }
    if (call.object !== 'link') return false
    this.#links.addPorts(readBridgeLinks(print, isJson, context).links, context)
    return true
  }

  #addNft({ args }: Command, print: unknown, context: PrintContext): boolean {
    const words = args.filter((word) => !word.startsWith('-'))
    if (words[0] !== 'list' || words[1] !== 'tables') return false
    const tables = readNftTables(print, context)
    this.#foreignTables = tables.map(({ text, line }) => ({ text, source: context.at(line) }))
    return true
  }

  #addIptables({ program, args }: Command, print: unknown, context: PrintContext): boolean {
    // nothing of IPv6 counts
    if (program.startsWith('ip6tables')) return true
    const words = [program, ...args]
    if (printOf(words) === null) return false
    if (typeof print !== 'string') context.fail('a text is expected')
    this.#iptables = [...(this.#iptables ?? []), ...readIptables(words, print, context.source)]
    return true
  }

  /** `route -n`, `arp -n`: there is less in them than in what `ip` prints, which takes their place. */
  #addNetTools({ program, args }: Command, print: unknown, context: PrintContext): boolean {
    if (typeof print !== 'string') context.fail('a text is expected')
    // names in place of addresses
    if (!args.some((word) => /^-[a-zA-Z]*n/.test(word) || word === '--numeric')) return false
    if (program === 'route') {
      const { routes, complete } = readRouteTable(print, context)
      this.#putRoutes(routes, { table: 'main', filtered: false }, complete, context)
      return true
    }
    if (args.some((word) => !word.startsWith('-'))) return false
    const found = readArpTable(print, context)
    this.#neighbours = found.entries
    this.#tell('neighbours', found.complete ? null : 'some lines were not understood')
    return true
  }

  #addText({ program, args }: Command, print: unknown, context: PrintContext): boolean {
    const text = () => (typeof print === 'string' ? print : context.fail('a text is expected'))
    const rest = args.filter((word) => !word.startsWith('-'))
    switch (program) {
      case 'sysctl':
        this.#addSysctls(readSysctls(args, text(), context), isAllSysctls(args), context)
        return true
      case 'cat':
      case 'head':
      case 'tail':
      case 'grep': {
        const paths = rest.filter((word) => word.startsWith('/'))
        if (
          program === 'cat' &&
          paths.length === 1 &&
          /^\/proc\/(self\/|[0-9]+\/)?net\/nf_conntrack$/.test(paths[0]!)
        ) {
          this.#addConnections(text(), null, context)
          return true
        }
        if (program === 'cat' && paths.length === 1 && paths[0] === '/proc/net/ip_vs') return readIpvs(text(), context)
        if (!areSysctlFiles(paths)) return false
        this.#addSysctls(readSysctlFiles(program, paths, text(), context), false, context)
        return true
      }
      case 'ipset':
        return this.#addSets(args, text, context)
      case 'conntrack': {
        if (!args.some((word) => word === '-L' || word === '--dump')) return false
        const filters = args.filter((word) => word !== '-L' && word !== '--dump' && word !== 'conntrack')
        const plain = filters.every((word) =>
          ['-o', 'extended', 'id', 'extended,id', 'id,extended', '-f', 'ipv4', '-n'].includes(word),
        )
        if (args.includes('expect') || args.includes('dying') || args.includes('unconfirmed') || args.includes('xml'))
          return false
        this.#addConnections(text(), plain ? null : `conntrack ${args.join(' ')} tells of some connections`, context)
        return true
      }
      case 'ss':
      case 'netstat':
        return this.#addListeners(program, args, text, context)
      default:
        return false
    }
  }

  #addSysctls(values: ReadonlyMap<string, string>, all: boolean, context: PrintContext): void {
    // it failed
    if (values.size === 0) return
    this.#sysctls ??= new Map()
    for (const [name, value] of values) this.#sysctls.set(name, value)
    this.#tell('sysctls', all ? null : `${context.source.command} tells of some settings`)
  }

  #addSets(args: readonly string[], text: () => string, context: PrintContext): boolean {
    const verb = args.findIndex((word) => /^(save|list|-S|-L|--save|--list)$/.test(word))
    if (verb < 0) return false
    const names = args.slice(verb + 1).filter((word) => !word.startsWith('-') && !/^(save|plain|xml|json)$/.test(word))
    const save = readSets(text(), context)
    if (save === undefined) return true
    const filtered = names.length > 0
    const before = filtered && this.#sets !== null ? this.#sets.text : ''
    const glue = before === '' || before.endsWith('\n') ? '' : '\n'
    this.#sets = { text: `${before}${glue}${save}`, source: context.source }
    this.#tell('sets', filtered ? `${context.source.command} tells of one set` : null)
    return true
  }

  #addConnections(text: string, partial: string | null, context: PrintContext): void {
    const lines = readConnections(text, context).map((each) => ({ text: each.text, source: context.at(each.line) }))
    this.#connections = partial === null ? lines : [...(this.#connections ?? []), ...lines]
    this.#tell('connections', partial)
  }

  #addListeners(
    program: 'ss' | 'netstat',
    args: readonly string[],
    text: () => string,
    context: PrintContext,
  ): boolean {
    const letters = new Set(args.filter((word) => /^-[a-zA-Z0-9]+$/.test(word)).flatMap((word) => [...word.slice(1)]))
    const has = (letter: string, word: string) => letters.has(letter) || args.includes(`--${word}`)
    if (!has('l', 'listening') && !has('a', 'all')) return false
    const tcp = has('t', 'tcp')
    const udp = has('u', 'udp')
    const others =
      [...letters].some((letter) => 'wxdS0VMU'.includes(letter)) || args.some((word) => OTHER_SOCKETS.has(word))
    // other sockets alone
    if (others && !tcp && !udp) return true
    if (letters.has('6') && !letters.has('4')) return true
    const only = tcp && !udp ? 'tcp' : udp && !tcp ? 'udp' : null
    const filters = args.some((word) => !word.startsWith('-'))
    const found = program === 'ss' ? readSs(text(), others ? null : only, context) : readNetstat(text(), context)
    const partial = filters || only !== null || letters.has('4')
    this.#listeners = partial
      ? merged(
          this.#listeners ?? [],
          found,
          ({ protocol, address, port, dev }) => `${protocol} ${address} ${port} ${dev ?? ''}`,
        )
      : found
    this.#tell('listeners', partial ? `${context.source.command} tells of some sockets` : null)
    return true
  }
}

const OTHER_SOCKETS: ReadonlySet<string> = new Set([
  '--raw',
  '--unix',
  '--dccp',
  '--sctp',
  '--packet',
  '--vsock',
  '--udplite',
])

/** Null: the whole was told. */
function wholeOr(filtered: boolean, complete: boolean, call: IproutCall): string | null {
  if (filtered) return asked(call)
  return complete ? null : 'some lines were not understood'
}

/** `dev eth0` alone was asked for. */
function asked({ object, args }: IproutCall): string {
  return `${object} show ${args.join(' ')} tells of a part`
}

/** The device that is asked for, which then is not printed. */
function deviceIn(args: readonly string[]): string | null {
  const at = args.findIndex((word) => word === 'dev' || word === 'brport')
  return at < 0 ? null : (args[at + 1] ?? null)
}

function merged<T>(before: readonly T[], more: readonly T[], key: (each: T) => string): T[] {
  const all = new Map<string, T>()
  for (const each of [...before, ...more]) all.set(key(each), each)
  return [...all.values()]
}

function neighbourKey({ address, dev }: NeighbourEvidence): string {
  return `${address} ${dev}`
}

function fdbKey({ mac, dev, master, dst, port, vni, vlan, self }: FdbEvidence): string {
  return [mac, dev, master, dst, port, vni, vlan, self].join(' ')
}
