import type { KubeProxyConfigurationInput, NodeInput } from './input.ts'
import { isSame } from './same.ts'
import type { ProxySettings } from './settings.ts'
import { parseAddressSloppily } from './sloppy-address.ts'

/** The kube-proxy of a node, and the Node as it last saw it. */
export interface NodeState {
  readonly settings: ProxySettings
  readonly proxy: { readonly configuration: KubeProxyConfigurationInput }
  /** Absent: only what `settings` tell is compared. */
  readonly node?: NodeInput | undefined
}

/** What a change of its node or configuration makes a kube-proxy do. */
export interface NodeChange {
  /** Its process ends and a new one starts: why. Null: it does not. */
  readonly restart: string | null
  /** Its zone is another one, which asks for a full sync (`OnTopologyChange`): from which to which. */
  readonly topology: string | null
}

/** Settings that a running kube-proxy looks up again for each sync (`GetNodeIPs`) or is told of (`OnTopologyChange`). */
const LIVE = ['zone', 'nodePortAddresses'] as const

/**
 * kube-proxy reads its configuration once. Of its Node it watches the addresses and, when it detects local traffic by
 * NodeCIDR, the pod CIDRs: when they change it ends, to be started anew (`OnNodeChange`, pkg/proxy/node.go). Of the
 * labels only the zone is looked at (`handleNodeEvent`, pkg/proxy/config/config.go).
 */
export function nodeChange(before: NodeState, after: NodeState): NodeChange {
  const { zone } = before.settings
  const topology = zone === after.settings.zone ? null : `zone ${quote(zone)} → ${quote(after.settings.zone)}`
  return { restart: whyRestart(before, after), topology }
}

function whyRestart(before: NodeState, after: NodeState): string | null {
  if (before.node !== undefined && after.node !== undefined) {
    const [one, two] = [hostAddresses(before.node), hostAddresses(after.node)]
    // a Node without addresses is not looked at
    if (two.length > 0 && !isSame(one, two)) return `addresses of the Node: ${list(one)} → ${list(two)}`
  }
  const settings = (Object.keys(after.settings) as (keyof ProxySettings)[])
    .filter((name) => !(LIVE as readonly string[]).includes(name))
    .filter((name) => !isSame(before.settings[name], after.settings[name]))
  if (settings.length > 0) return `other settings: ${settings.join(', ')}`
  if (before.proxy.configuration === after.proxy.configuration) return null
  const [one, two] = [before.proxy.configuration, after.proxy.configuration].map(sayings) as [Sayings, Sayings]
  const fields = [...new Set([...one.keys(), ...two.keys()])].filter((field) => one.get(field) !== two.get(field))
  return fields.length === 0 ? null : `another configuration: ${fields.sort().join(', ')}`
}

type Sayings = ReadonlyMap<string, string>

/** What a configuration says, by field; what is empty, and where it was read, says nothing. */
function sayings(configuration: KubeProxyConfigurationInput): Sayings {
  const said = Object.entries(configuration).map(
    ([field, value]) => [field, JSON.stringify(value, withoutEmpty)] as const,
  )
  return new Map(said.filter(([field, text]) => field !== 'source' && text !== undefined && text !== '{}'))
}

function withoutEmpty(_field: string, value: unknown): unknown {
  const isEmpty = value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
  return isEmpty ? undefined : value
}

/** The first address, and the first of the other family: InternalIPs before ExternalIPs (`GetNodeHostIPs`). */
function hostAddresses({ status }: NodeInput): string[] {
  const texts = ['InternalIP', 'ExternalIP'].flatMap((wanted) =>
    (status?.addresses ?? [])
      .filter(({ type, address }) => type === wanted && (isIpv4(address) || address.includes(':')))
      .map(({ address }) => address),
  )
  const [first] = texts
  if (first === undefined) return []
  const second = texts.find((text) => isIpv4(text) !== isIpv4(first))
  return second === undefined ? [first] : [first, second]
}

const isIpv4 = (text: string) => parseAddressSloppily(text) !== undefined
const list = (texts: readonly string[]) => (texts.length === 0 ? 'none' : texts.join(', '))
const quote = (zone: string) => (zone === '' ? 'none' : zone)
