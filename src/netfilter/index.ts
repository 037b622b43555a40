/**
 * What happens to packets at the kernel's five hooks: the rule tables of iptables, connection tracking and address translation of a
 * network namespace. It models net/netfilter and net/ipv4/netfilter of Linux, and iptables 1.8.9 where the two meet: how rules are
 * written, read, and refused.
 *
 * Rules are data (`rule.ts`): immutable tables of chains of rules, each a test of the IP header, matches and a target. Their text is read
 * and written in `text/`, edited with iptables' own commands in `command/`, and run in `evaluate/`, where a chain becomes an index so
 * that a packet meets only the rules that it may match. Each match and target is one file in `match/` and `target/`: what it is as data,
 * how it is read, printed and done. `Netfilter` ties a namespace's hooks together.
 *
 * Tables, and what is prepared of them, are shared between namespaces; counters and the state of matches belong to one and are
 * sparse. It must not know what a network device, a route or a socket is: what it needs of them it asks of `NetfilterHost`, which the
 * namespace is. It knows nothing of Kubernetes; `RuleOrigin` is carried unread.
 *
 * @packageDocumentation
 */

export { applyCommand, applyToTable } from './command/apply.ts'
export { checkTable } from './command/check.ts'
export { checkRule } from './command/check-rule.ts'
export type { Command } from './command/command.ts'
export { type ListRequest, type ParsedCommand, parseCommand } from './command/parse-command.ts'
export {
  parseTables,
  type RestoredCounter,
  type RestoreOptions,
  type RestoreResult,
  RuleTextError,
  restoreTables,
  unsupportedPart,
} from './command/restore.ts'
export { TableEditor } from './command/table-editor.ts'
export { type ChainInput, emptyTable, makeTable, NO_TABLES, type Tables } from './command/tables.ts'
export { Conntrack } from './conntrack/conntrack.ts'
export type { TupleNode } from './conntrack/entry.ts'
export {
  type ConntrackDropEvent,
  ConntrackEntry,
  type ConntrackEvent,
  type ConntrackSysctl,
  type Counters,
  type CtState,
  Direction,
  type TrackedEvent,
  type TranslationKind,
  type Tuple,
} from './conntrack/index.ts'
export type { SctpTracking } from './conntrack/protocol/sctp-tracking.ts'
export type { TcpEnd, TcpTracking } from './conntrack/protocol/tcp-tracking.ts'
export { CONNTRACK_SYSCTLS, type Settings as ConntrackSettings } from './conntrack/settings.ts'
export type { ConntrackStatistics } from './conntrack/statistics.ts'
export type { EvaluationContext } from './context.ts'
export {
  CONTINUE,
  type ExtensionDefinition,
  type MatchDefinition,
  type MatchFunction,
  RETURN,
  type RuleDraft,
  type TargetDefinition,
  type TargetFunction,
  type TargetResult,
} from './definition.ts'
export { explainMiss, explainNearMisses, type NearMiss } from './evaluate/near-misses.ts'
export { isUnnamed } from './evaluate/unknown.ts'
export type {
  DependsEvent,
  HookDropEvent,
  LogEvent,
  NetfilterEvent,
  NflogEvent,
  PolicyEvent,
  RuleEvent,
  RuleVerdict,
  TableEvent,
  TableStep,
} from './events.ts'
export { type Device, HOOK_NAMES, Hook, type HookFunction, type HookState, Priority, Verdict } from './hook.ts'
export type { HookEntry } from './hook-list.ts'
export type { NetfilterHost, RejectType } from './host.ts'
export {
  type CounterTest,
  type Extensions,
  Found,
  type IpSet,
  IpSets,
  IpsetError,
  type IpsetErrorCode,
  type ListOptions as SetListOptions,
  type Member,
  type NewSet,
  SET_TYPES,
  type SetKey,
  type SetOptions,
  type SetQuery,
  type SetType,
  type SetTypeName,
  saveSets,
} from './ipset/index.ts'
export { MATCHES } from './match/index.ts'
export {
  type Endpoint,
  type Manipulation,
  Nat,
  NatFlag,
  type NatRange,
  type NatRangeOptions,
  natRange,
  type TranslatedEvent,
} from './nat/index.ts'
export { Netfilter, type NetfilterOptions, type SetTablesOptions } from './netfilter.ts'
export { applyOperations, type TableOperation } from './operations.ts'
export {
  type AddressTest,
  BASE_CHAINS,
  type Chain,
  type GotoTarget,
  type InterfaceTest,
  type IpTest,
  type JumpTarget,
  type Match,
  type Policy,
  type Rule,
  type RuleOrigin,
  type RuleUnknowns,
  TABLE_NAMES,
  type Table,
  type TableName,
  type Target,
} from './rule.ts'
export { TARGETS } from './target/index.ts'
export { IptablesError, type IptablesErrorCode, type IptablesErrorStyle } from './text/errors.ts'
export type { MaskedValue, NumberRange } from './text/numbers.ts'
export type { GivenOption, OptionReader, OptionSpec } from './text/options.ts'
export { type CounterPair, type KeepUnread, type ParsedRule, parseRule } from './text/rule-parser.ts'
export { formatRule, printMatch, printRule, printTarget, targetName } from './text/rule-printer.ts'
export {
  type Backend,
  type CounterLookup,
  listRules,
  SAVE_ORDER,
  type SaveOptions,
  saveTable,
  saveTables,
} from './text/save.ts'
export { splitWords } from './text/tokens.ts'
export { markUnknown, passesUnread, type Unknowns } from './unknown-rules.ts'
export type { UnsupportedMatch, UnsupportedTarget } from './unsupported.ts'
