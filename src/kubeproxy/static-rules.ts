import type { Match, Rule } from '../netfilter/rule.ts'
import { isLoopback } from '../packet/address.ts'
import {
  ACCEPT,
  addressTest,
  comment,
  ctState,
  DROP,
  DST_LOCAL,
  FOLLOWING,
  FOLLOWING_OR_DNAT,
  INVALID,
  jump,
  LOOPBACK_NETWORK,
  markOr,
  markTest,
  markXor,
  masquerade,
  NOT_LOOPBACK_NETWORK,
  nfacct,
  RETURN,
} from './rule-parts.ts'
import type { ProxySettings } from './settings.ts'
import { CHAIN, COUNTER, WRITER } from './words.ts'

/**
 * The rules that do not depend on Services (`syncProxyRules`, pkg/proxy/iptables/proxier.go). They depend on few
 * settings and are made once for all nodes that share those.
 */
export interface StaticRules {
  readonly postrouting: readonly Rule[]
  readonly markMasq: readonly Rule[]
  readonly forward: readonly Rule[]
  /** The guard that comes with route_localnet; null without localhost node ports. */
  readonly kubeletFirewall: readonly Rule[] | null
}

const origin = (why: string): Rule['origin'] & object => ({ writer: WRITER, why })

/** Settings that show in the static rules. */
export type StaticSettings = Pick<
  ProxySettings,
  'masqueradeMark' | 'randomFully' | 'localhostNodePorts' | 'conntrackTCPLiberal' | 'nfacctInvalidDropped'
>

export function staticRules(settings: StaticSettings): StaticRules {
  const mark = settings.masqueradeMark
  return {
    postrouting: [
      { ip: {}, matches: [markTest(mark, mark, true)], target: RETURN, origin: origin('nobody asked to masquerade') },
      // so that the packet is not masqueraded a second time when it comes through again, for instance encapsulated
      { ip: {}, matches: [], target: markXor(mark), origin: origin('the mark has done its duty') },
      {
        ip: {},
        matches: [comment('kubernetes service traffic requiring SNAT')],
        target: masquerade(settings.randomFully),
        origin: origin('masquerade what is marked'),
      },
    ],
    markMasq: [{ ip: {}, matches: [], target: markOr(mark), origin: origin('ask for masquerading') }],
    forward: forwardRules(settings),
    kubeletFirewall: settings.localhostNodePorts ? [localnetGuard(WRITER)] : null,
  }
}

function forwardRules(settings: StaticSettings): Rule[] {
  const rules: Rule[] = []
  if (!settings.conntrackTCPLiberal) {
    const counted: Match[] = settings.nfacctInvalidDropped ? [nfacct(COUNTER.INVALID_DROPPED)] : []
    rules.push({
      ip: {},
      matches: [ctState(INVALID), ...counted],
      target: DROP,
      // kubernetes/kubernetes#74839: untranslated, it would reach the client, who resets the connection
      origin: origin('a packet outside of its connection would pass untranslated'),
    })
  }
  const mark = settings.masqueradeMark
  rules.push(
    {
      ip: {},
      matches: [comment('kubernetes forwarding rules'), markTest(mark, mark, false)],
      target: ACCEPT,
      origin: origin('Service traffic may be forwarded'),
    },
    {
      ip: {},
      matches: [comment('kubernetes forwarding conntrack rule'), ctState(FOLLOWING)],
      target: ACCEPT,
      origin: origin('what follows an accepted packet'),
    },
  )
  return rules
}

/**
 * The only rule of KUBE-FIREWALL. kubelet writes it as well (pkg/kubelet/kubelet_network_linux.go): route_localnet
 * would let neighbours reach services that listen on 127.0.0.1 (kubernetes/kubernetes#90259).
 */
export function localnetGuard(writer: string): Rule {
  return {
    ip: { src: NOT_LOOPBACK_NETWORK, dst: LOOPBACK_NETWORK },
    matches: [comment('block incoming localnet connections'), ctState(FOLLOWING_OR_DNAT, true)],
    target: DROP,
    origin: { writer, why: 'localhost is for the node alone' },
  }
}

const LAST_RULE = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')

/** The end of nat KUBE-SERVICES: what is for the node's own addresses goes on to KUBE-NODEPORTS. */
export function nodePortJumps(settings: Pick<ProxySettings, 'nodePortAddresses' | 'localhostNodePorts'>): Rule[] {
  const target = jump(CHAIN.NODEPORTS)
  if (settings.nodePortAddresses === null) {
    const ip = settings.localhostNodePorts ? {} : { dst: NOT_LOOPBACK_NETWORK }
    return [{ ip, matches: [LAST_RULE, DST_LOCAL], target, origin: origin('node ports, on all addresses of the node') }]
  }
  return settings.nodePortAddresses
    .filter((address) => settings.localhostNodePorts || !isLoopback(address))
    .map((address) => ({
      ip: { dst: addressTest(address) },
      matches: [LAST_RULE],
      target,
      origin: origin('node ports, on the addresses that nodePortAddresses chooses'),
    }))
}
