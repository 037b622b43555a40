import { UnsupportedError } from '../packet/errors.ts'
import type { Ipv4Header } from '../packet/headers.ts'
import { CtInfo, type Packet } from '../packet/packet.ts'
import { applyCommand } from './command/apply.ts'
import { checkTable } from './command/check.ts'
import { checkRule } from './command/check-rule.ts'
import type { Command } from './command/command.ts'
import {
  type RestoreOptions,
  type RestoreResult,
  restoreTables,
  throwErrors,
  unsupportedPart,
} from './command/restore.ts'
import { chainOf, TableEditor } from './command/table-editor.ts'
import { NO_TABLES, type Tables } from './command/tables.ts'
import { Conntrack } from './conntrack/conntrack.ts'
import { IPS } from './conntrack/status.ts'
import type { EvaluationContext } from './context.ts'
import { CompiledTable, type TableChain } from './evaluate/compiled-table.ts'
import { RuleCounters } from './evaluate/counters.ts'
import { TableEvaluator } from './evaluate/evaluator.ts'
import { MatchState } from './evaluate/match-state.ts'
import { isNamed, isOfRules } from './evaluate/named-state.ts'
import type { HookDropEvent } from './events.ts'
import { type Device, HOOK_NAMES, Hook, type HookFunction, type HookState, Priority, Verdict } from './hook.ts'
import { type HookEntry, HookLists } from './hook-list.ts'
import type { NetfilterHost } from './host.ts'
import { requireSets, setsOfChain } from './ipset/rule-sets.ts'
import { IpSets } from './ipset/sets.ts'
import { Nat } from './nat/nat.ts'
import { bothLookups, bothOf, decidesAnything, nftFirst, OtherBackend } from './other-backend.ts'
import type { Rule, Table, TableName } from './rule.ts'
import { IptablesError } from './text/errors.ts'
import { type Backend, type CounterLookup, type SaveOptions, saveTables } from './text/save.ts'
import { startAccounting } from './uses-accounting.ts'
import { usesConntrack } from './uses-conntrack.ts'

/** How a namespace does its filtering. */
export interface NetfilterOptions {
  /** Which iptables wrote the rules; they differ in when the security table is asked. Default `nft`. */
  readonly backend?: Backend
}

/** What is checked when tables are replaced. */
export interface SetTablesOptions {
  /** Rules that are not modelled stay; a packet that reaches one ends in `depends`. */
  readonly keepUnsupported?: boolean
  /** The caller vouches for the rules: they are not checked again. */
  readonly trusted?: boolean
  /** Chains that were emptied and filled again: their rules begin to count anew, also those that were there before. */
  readonly rewritten?: { readonly [T in TableName]?: Iterable<string> }
}

/** Bits of `RuleCounters.policyHooks`. */
const ALL_HOOKS = 0b11111

function hookBit(chain: string): number {
  return 1 << HOOK_NAMES.indexOf(chain as (typeof HOOK_NAMES)[number])
}

/** Where the base chains of a table stand, but for nat's, which stand with NAT itself. */
const TABLE_PRIORITY: { readonly [T in TableName]: number } = {
  raw: Priority.RAW,
  mangle: Priority.MANGLE,
  nat: Priority.NAT_DST,
  filter: Priority.FILTER,
  security: Priority.SECURITY,
}
/** iptables-nft registers the security table here, behind source NAT of INPUT (iptables/nft.c, `xtables_ipv4`). */
const NFT_SECURITY_PRIORITY = 150

/**
 * What happens to packets of one network namespace at the five hooks: rule tables, connection tracking, address translation, each at its
 * priority. Only what somebody has asked for is there: a table when it was made, conntrack when a rule needs it.
 */
export class Netfilter {
  readonly host: NetfilterHost
  readonly conntrack: Conntrack
  readonly nat: Nat
  /** ip sets, which rules ask by `-m set`. */
  readonly sets: IpSets
  readonly backend: Backend
  readonly #context: EvaluationContext
  readonly #state: MatchState
  readonly #registered: { readonly hook: Hook; readonly entry: HookEntry }[] = []
  readonly #evaluators = new Map<TableName, TableEvaluator>()
  #tables: Tables = NO_TABLES
  #other: OtherBackend | null = null
  #conntrackUsers = 0
  #hooks = new HookLists(HookLists.empty())
  #depends = false
  /** The table that dropped the packet that runs. */
  #droppedBy: TableName | null = null

  constructor(host: NetfilterHost, options: NetfilterOptions = {}) {
    this.host = host
    this.backend = options.backend ?? 'nft'
    this.conntrack = new Conntrack(host)
    this.nat = new Nat(host, this.conntrack)
    this.sets = new IpSets(host.sim, (name) => this.#rulesWithSet(name))
    this.#state = new MatchState(host.sim)
    const state = this.#state
    const tables = () => this.#tables
    this.#context = {
      host,
      conntrack: this.conntrack,
      nat: this.nat,
      sets: this.sets,
      hotdrop: false,
      get tables() {
        return tables()
      },
      state: (key, create, clone) => state.state(key, create, clone),
    }
  }

  /** Runs a packet through all parts of a hook (`nf_hook_slow`). */
  run(hook: Hook, packet: Packet, inDevice: Device | null, outDevice: Device | null): Verdict {
    const list = this.#hooks.lists[hook]!
    if (list.length === 0) return Verdict.ACCEPT
    this.#depends = false
    this.#droppedBy = null
    const state: HookState = { hook, in: inDevice, out: outDevice }
    for (let i = 0; i < list.length; i++) {
      const verdict = list[i]!.run(packet, state)
      if (verdict === Verdict.ACCEPT) continue
      if (verdict === Verdict.DROP) this.#tellDrop(packet, state)
      return verdict
    }
    return Verdict.ACCEPT
  }

  /** Did the last packet that `run` dropped reach a rule that is not modelled? Then nobody knows what Linux would have done. */
  get depends(): boolean {
    return this.#depends
  }

  /** Does anything look at packets in this hook? */
  hasHook(hook: Hook): boolean {
    return this.#hooks.lists[hook]!.length > 0
  }

  /** The parts of a hook in the order in which they run. */
  hookEntries(hook: Hook): readonly HookEntry[] {
    return this.#hooks.lists[hook]!
  }

  /** Adds a part to a hook; the answer takes it away again. */
  register(hook: Hook, priority: number, run: HookFunction, name = 'hook'): () => void {
    const registration = { hook, entry: { priority, name, run } }
    this.#registered.push(registration)
    this.#rebuild()
    return () => {
      const at = this.#registered.indexOf(registration)
      if (at < 0) return
      this.#registered.splice(at, 1)
      this.#rebuild()
    }
  }

  /** Somebody else than a rule needs connection tracking (`nf_ct_netns_get`); the answer lets go of it. */
  useConntrack(): () => void {
    this.#conntrackUsers++
    this.#rebuild()
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#conntrackUsers--
      this.#rebuild()
    }
  }

  /**
   * To set a rule's counters to zero iptables-nft replaces the rule, where there is something to set (iptables/nft.c,
   * `__nft_chain_zero_counters`): what its matches had counted begins anew, too. What has a name, as lists of `recent`, stays.
   */
  #renewRules(tableName: TableName, only?: string, position?: number): void {
    const counters = this.#evaluators.get(tableName)!.counters
    for (const chain of this.#tables.get(tableName)!.chains.values()) {
      if (only !== undefined && chain.name !== only) continue
      chain.rules.forEach(({ matches }, i) => {
        if (position === undefined ? counters.get(chain.name, i + 1).packets === 0 : position !== i + 1) return
        for (const match of matches) this.#state.forget(match)
      })
    }
  }

  /**
   * Rules of the other iptables, which are in force beside these; null: it has none. They replace those that were there.
   *
   * @throws IptablesError when the kernel would refuse them
   */
  setOther(tables: Tables | null): void {
    for (const table of tables?.values() ?? []) this.#check(table, { keepUnsupported: true })
    const backend = this.backend === 'nft' ? 'legacy' : 'nft'
    this.#other = tables === null ? null : new OtherBackend(backend, tables, this.#context)
    this.#rebuild()
  }

  /** The rules of the other iptables; null: it has none. */
  get other(): OtherBackend | null {
    return this.#other
  }

  /** The tables that exist. */
  get tables(): Tables {
    return this.#tables
  }

  /** One table as it stands; undefined when nothing has created it. */
  table(name: TableName): Table | undefined {
    return this.#tables.get(name)
  }

  /**
   * Replaces one table. Rules that stay (the same objects in the same chains) keep their counters.
   *
   * @throws IptablesError when the kernel would refuse it
   * @throws UnsupportedError when a rule is not modelled
   */
  setTable(table: Table, options: SetTablesOptions = {}): void {
    this.#check(table, options)
    const tables = new Map(this.#tables)
    tables.set(table.name, table)
    this.#setTables(tables)
    this.#evaluators.get(table.name)!.counters.policyHooks = ALL_HOOKS
  }

  /** Replaces all tables; those not given cease to exist. Throws as `setTable` does, and then changes nothing. */
  setTables(tables: Iterable<Table>, options: SetTablesOptions = {}): void {
    const next = new Map<TableName, Table>()
    for (const table of tables) {
      this.#check(table, options)
      next.set(table.name, table)
    }
    this.#setTables(next)
    for (const { counters } of this.#evaluators.values()) counters.policyHooks = ALL_HOOKS
    for (const [name, evaluator] of this.#evaluators) {
      for (const chain of options.rewritten?.[name] ?? []) this.#beginAnew(evaluator, chain)
    }
  }

  /**
   * Runs one iptables command as a transaction.
   *
   * @throws IptablesError in iptables' words; nothing has changed then
   * @throws UnsupportedError when a rule is not modelled
   */
  apply(tableName: TableName, command: Command): void {
    const editor = new TableEditor(tableName, this.#tables.get(tableName) ?? null)
    const rules = 'rules' in command ? command.rules : 'rule' in command ? [command.rule] : []
    for (const rule of rules) {
      refuseUnsupported(rule)
      requireSets(rule, this.sets)
    }
    applyCommand(editor, command)
    const table = editor.toTable()
    // a command that does nothing (-F, -Z) makes no table
    if (table !== this.#tables.get(tableName) && (table.chains.size > 0 || this.#tables.has(tableName))) {
      checkTable(table, command)
      this.#setTables(new Map(this.#tables).set(tableName, table))
    }
    this.#applyCounters(tableName, command)
  }

  /** What a command does to counters beside what follows from its rules. */
  #applyCounters(tableName: TableName, command: Command): void {
    const counters = this.#evaluators.get(tableName)?.counters
    if (counters === undefined) return
    this.host.sim.touch(counters)
    if (command.kind === 'zero') {
      this.#renewRules(tableName, command.chain, command.position)
      counters.zero(command.chain, command.position)
      // and writes the policies, which count from now on (`nft_chain_zero_rule_counters`)
      const table = this.#tables.get(tableName)
      const zeroed = HOOK_NAMES.filter((chain) => command.chain === undefined || chain === command.chain)
      if (command.position === undefined)
        for (const chain of zeroed) if (table?.chains.has(chain)) counters.policyHooks |= hookBit(chain)
    }
    if (command.kind === 'policy') {
      counters.zero(command.chain, 0)
      counters.policyHooks |= hookBit(command.chain)
    }
    if (!('counters' in command) || command.counters === undefined) return
    const { packets, bytes } = command.counters
    if (command.kind === 'replace') counters.set(command.chain, command.position, packets, bytes)
    else {
      const length = this.#tables.get(tableName)!.chains.get(command.chain)!.rules.length
      const first = command.kind === 'insert' ? command.position : length - command.rules.length + 1
      for (let i = 0; i < command.rules.length; i++) counters.set(command.chain, first + i, packets, bytes)
    }
  }

  /**
   * Runs the text that iptables-restore reads. Sections that came to their COMMIT are loaded even when a later one has errors, as with
   * iptables-restore itself; look at `errors`. `load` throws instead.
   */
  restore(text: string, options: RestoreOptions = {}): RestoreResult {
    const result = this.tryRestore(text, options)
    this.#take(result, options.noflush === true)
    return result
  }

  #take(result: RestoreResult, noflush: boolean): void {
    if (result.committed.length === 0) return
    // what was flushed begins to count anew
    if (!noflush) for (const name of result.committed) this.#evaluators.delete(name)
    this.#setTables(result.tables)
    for (const { table, chain } of result.policies) {
      const counters = this.#evaluators.get(table)?.counters
      if (counters === undefined) continue
      this.host.sim.touch(counters)
      counters.zero(chain, 0)
      counters.policyHooks |= hookBit(chain)
    }
    for (const { table, chain, position, packets, bytes } of result.counters) {
      const counters = this.#evaluators.get(table)?.counters
      if (counters === undefined) continue
      this.host.sim.touch(counters)
      counters.set(chain, position, packets, bytes)
    }
  }

  /** What `iptables-restore --test` finds out: nothing is changed. */
  tryRestore(text: string, options: RestoreOptions = {}): RestoreResult {
    return restoreTables(text, this.#tables, { sets: this.sets, ...options })
  }

  /**
   * Loads rules as `iptables-restore --counters` does, all or nothing: the tables that the text names are replaced.
   *
   * @throws KubehopError the mistake of the text, with its line; RuleTextError when there are several. Nothing has changed then
   * @throws UnsupportedError when a rule is not modelled, unless `keepUnsupported`
   */
  load(text: string, options: Pick<RestoreOptions, 'file' | 'keepUnsupported' | 'originOf'> = {}): void {
    const result = this.tryRestore(text, { ...options, counters: true })
    throwErrors(result.errors)
    this.#take(result, false)
  }

  /** What iptables-save prints, without its comment lines. */
  save(options: Pick<SaveOptions, 'counters'> & { readonly table?: TableName } = {}): string {
    const { table, counters } = options
    const tables = table === undefined ? this.#tables : new Map([...this.#tables].filter(([name]) => name === table))
    return saveTables(tables, { ...(counters !== undefined && { counters }), lookup: (name) => this.counters(name) })
  }

  /** Reads the counters of a table: of a rule by its position from 1, of a policy at position 0. */
  counters(tableName: TableName): CounterLookup {
    const counters = this.#evaluators.get(tableName)?.counters
    return (chain, position) => counters?.get(chain, position) ?? { packets: 0, bytes: 0 }
  }

  /** Run-time state that rules share by name, such as `recent LIST` or `nfacct NAME`; undefined when there is none yet. */
  sharedState(key: string): object | undefined {
    return this.#state.peek(key)
  }

  /** What rules are evaluated in; for `explainNearMisses`. */
  get context(): EvaluationContext {
    return this.#context
  }

  #check(table: Table, options: SetTablesOptions): void {
    if (options.trusted !== true) checkWhole(table, this.sets, options.keepUnsupported === true)
  }

  #beginAnew({ counters, table }: TableEvaluator, chainName: string): void {
    this.host.sim.touch(counters)
    counters.zero(chainName)
    for (const { matches } of this.#tables.get(table)?.chains.get(chainName)?.rules ?? []) {
      for (const match of matches) this.#state.forget(match)
    }
  }

  /** How often rules speak of a set. */
  #rulesWithSet(name: string): number {
    let rules = 0
    for (const { chains } of this.#tables.values()) {
      for (const chain of chains.values()) rules += setsOfChain(chain).get(name) ?? 0
    }
    return rules
  }

  #setTables(tables: Tables): void {
    for (const name of this.#evaluators.keys()) if (!tables.has(name)) this.#evaluators.delete(name)
    for (const [name, table] of tables) {
      const before = this.#evaluators.get(name)
      if (before !== undefined && this.#tables.get(name) === table) continue
      startAccounting(table, this.#tables.get(name), this.host)
      const compiled = CompiledTable.of(table)
      const counters = before?.counters ?? new RuleCounters(compiled)
      if (before !== undefined) {
        this.host.sim.touch(counters)
        counters.moveTo(table)
        for (const chain of HOOK_NAMES) if (!table.chains.has(chain)) counters.policyHooks &= ~hookBit(chain)
      }
      if (this.backend === 'legacy') counters.policyHooks = ALL_HOOKS
      this.#evaluators.set(name, new TableEvaluator(this.#context, compiled, counters))
    }
    this.#tables = tables
    for (const key of [...this.#state.keys()].filter(isOfRules)) if (!isNamed(key, tables)) this.#state.forget(key)
    this.#rebuild()
  }

  #rebuild(): void {
    const lists = HookLists.empty()
    for (const [name, table] of this.#tables) {
      const evaluator = this.#evaluators.get(name)!
      if (name === 'nat') this.#addNat(lists, table, evaluator)
      else this.#addTable(lists, name, table, evaluator)
    }
    if (this.#other !== null) this.#addOther(lists, this.#other)
    this.#addConntrack(lists)
    for (const { hook, entry } of this.#registered) lists[hook]!.push(entry)
    this.#hooks = new HookLists(lists)
  }

  #addTable(
    lists: HookEntry[][],
    name: TableName,
    table: Table,
    evaluator: TableEvaluator,
    backend: Backend = this.backend,
  ): void {
    const priority = name === 'security' && backend === 'nft' ? NFT_SECURITY_PRIORITY : TABLE_PRIORITY[name]
    HOOK_NAMES.forEach((hookName, hook) => {
      if (!table.chains.has(hookName)) return
      const ask = this.#ask(evaluator, evaluator.chain(hookName)!)
      const run = name === 'mangle' && hook === Hook.OUTPUT ? this.#reroute(ask) : ask
      lists[hook]!.push({ priority, name, run })
    })
  }

  /** One base chain as a part of its hook. */
  #ask(evaluator: TableEvaluator, chain: TableChain): HookFunction {
    return (packet, state) => {
      const verdict = evaluator.run(chain, packet, state)
      // what a rule sends itself (REJECT) has run through other hooks meanwhile
      this.#depends = evaluator.depends
      this.#droppedBy = verdict === Verdict.DROP ? evaluator.table : null
      return verdict
    }
  }

  /** Routing has looked at these already: what mangle changes of them sends the packet there again (`nf_route_table_hook4`). */
  #reroute(ask: HookFunction): HookFunction {
    return (packet, state) => {
      const { src, dst, tos } = packet.ip as Ipv4Header
      const mark = packet.mark
      const verdict = ask(packet, state)
      if (verdict !== Verdict.ACCEPT) return verdict
      const ip = packet.ip!
      if (ip.src === src && ip.dst === dst && ip.tos === tos && packet.mark === mark) return verdict
      return this.host.routeMeHarder(packet) ? Verdict.ACCEPT : Verdict.DROP
    }
  }

  #tellDrop(packet: Packet, state: HookState): void {
    const { sim, name } = this.host
    if (sim.probe === null) return
    sim.probe.emit({ kind: 'hook-drop', netns: name, packet, state, table: this.#droppedBy } satisfies HookDropEvent)
  }

  /** A first chain of type nat brings NAT into all four hooks (`nf_nat_register_fn`). */
  #addNat(lists: HookEntry[][], table: Table, evaluator: TableEvaluator): void {
    if (!hasBaseChain(table)) return
    for (const hook of NAT_HOOKS) {
      const lookup = this.#natLookup(HOOK_NAMES[hook], evaluator)
      const source = hook === Hook.INPUT || hook === Hook.POSTROUTING
      const translate: HookFunction = (packet, state) => this.nat.run(packet, state, lookup)
      const run: HookFunction = hook === Hook.OUTPUT ? this.#natOutput(translate) : translate
      lists[hook]!.push({ priority: source ? Priority.NAT_SRC : Priority.NAT_DST, name: 'nat', run })
    }
  }

  #natLookup(hookName: (typeof HOOK_NAMES)[number], own: TableEvaluator): HookFunction {
    const other = this.#other?.evaluator('nat')
    const lookupOf = (evaluator: TableEvaluator | undefined): HookFunction => {
      const chain = evaluator?.chain(hookName)
      return chain === undefined ? accept : this.#ask(evaluator!, chain)
    }
    if (other === undefined || other === own) return lookupOf(own)
    return bothLookups(this.#isOwnFirst('nat', hookName), lookupOf(own), lookupOf(other))
  }

  /** Asked only where the order of two chains can matter. */
  #isOwnFirst(table: TableName, hookName: (typeof HOOK_NAMES)[number]): () => boolean {
    const matters = [this.#tables, this.#other!.tables].every((each) => decidesAnything(each, table, hookName))
    const { sim, name } = this.host
    return matters ? () => nftFirst(sim, name, table) === (this.backend === 'nft') : () => true
  }

  #addOther(lists: HookEntry[][], other: OtherBackend): void {
    for (const [name, table] of other.tables) {
      const evaluator = other.evaluator(name)!
      if (name === 'nat') {
        if (!hasBaseChain(this.#tables.get('nat'))) this.#addNat(lists, table, evaluator)
        continue
      }
      const added = HookLists.empty()
      this.#addTable(added, name, table, evaluator, other.backend)
      added.forEach((entries, hook) => {
        for (const entry of entries) this.#addBeside(lists[hook]!, entry, name, HOOK_NAMES[hook]!)
      })
    }
  }

  /** Of two parts of one priority nobody knows which comes first. */
  #addBeside(list: HookEntry[], entry: HookEntry, table: TableName, hookName: (typeof HOOK_NAMES)[number]): void {
    const at = list.findIndex(({ name, priority }) => name === table && priority === entry.priority)
    const own = list[at]
    if (own === undefined) list.push(entry)
    else list[at] = { ...own, run: bothOf(this.#isOwnFirst(table, hookName), own.run, entry.run) }
  }

  /** A local packet whose destination was translated is routed again (`nf_nat_ipv4_local_fn`). */
  #natOutput(translate: HookFunction): HookFunction {
    return (packet, state) => {
      const verdict = translate(packet, state)
      if (verdict !== Verdict.ACCEPT || !this.nat.mustReroute(packet)) return verdict
      return this.host.routeMeHarder(packet) ? Verdict.ACCEPT : Verdict.DROP
    }
  }

  #addConntrack(lists: HookEntry[][]): void {
    const all = [...this.#tables.values(), ...(this.#other?.tables.values() ?? [])]
    const active = this.#conntrackUsers > 0 || all.some(usesConntrack)
    if (!active) {
      this.conntrack.deactivate()
      return
    }
    this.conntrack.activate()
    const track: HookFunction = (packet, state) => this.conntrack.track(packet, state)
    const confirm: HookFunction = (packet, state) => this.conntrack.confirm(packet, state)
    const defragment: HookFunction = (packet, state) => this.#defragment(packet, state)
    for (const hook of [Hook.PREROUTING, Hook.OUTPUT]) {
      lists[hook]!.push({ priority: Priority.CONNTRACK_DEFRAG, name: 'defrag', run: defragment })
      lists[hook]!.push({ priority: Priority.CONNTRACK, name: 'conntrack', run: track })
    }
    for (const hook of [Hook.INPUT, Hook.POSTROUTING]) {
      lists[hook]!.push({ priority: Priority.CONNTRACK_CONFIRM, name: 'confirm', run: confirm })
    }
  }

  /** Conntrack needs whole packets (`ipv4_conntrack_defrag`): a fragment is kept until its fellows are there. */
  #defragment(packet: Packet, state: HookState): Verdict {
    const ip = packet.ip!
    if (!ip.mf && ip.fragmentOffset === 0) return Verdict.ACCEPT
    if (packet.ctInfo === CtInfo.UNTRACKED) return Verdict.ACCEPT
    // seen before: it went through the loopback device
    const seen = packet.ct as { readonly status: number } | null
    if (seen !== null && (seen.status & IPS.TEMPLATE) === 0) return Verdict.ACCEPT
    const whole = this.host.defragment(packet, state.hook === Hook.OUTPUT ? 'conntrack-out' : 'conntrack-in')
    if (whole === null) return Verdict.STOLEN
    // The packet that completes the whole becomes it (`inet_frag_reasm_finish`): those who hold it go on with it.
    if (whole !== packet) Object.assign(packet, whole)
    return Verdict.ACCEPT
  }
}

const NAT_HOOKS = [Hook.PREROUTING, Hook.INPUT, Hook.OUTPUT, Hook.POSTROUTING] as const
const accept: HookFunction = () => Verdict.ACCEPT

function hasBaseChain(nat: Table | undefined): boolean {
  return nat !== undefined && NAT_HOOKS.some((hook) => nat.chains.has(HOOK_NAMES[hook]))
}

function refuseUnsupported(rule: Rule): void {
  const what = unsupportedPart(rule)
  if (what !== null)
    throw new UnsupportedError(what, {
      hint: 'with keepUnsupported it is kept, and packets that reach it end in depends',
    })
}

/** All that the kernel checks when a table is loaded. */
function checkWhole(table: Table, sets: IpSets, keepUnsupported: boolean): void {
  for (const chain of table.chains.values()) {
    for (const rule of chain.rules) {
      if (!keepUnsupported) refuseUnsupported(rule)
      requireSets(rule, sets)
      checkRule(table.name, chain.name, rule)
      const to = chainOf(rule.target)
      if (to !== null && !table.chains.has(to)) throw new IptablesError('NO_TARGET', `Chain '${to}' does not exist`)
    }
  }
  checkTable(table)
}
