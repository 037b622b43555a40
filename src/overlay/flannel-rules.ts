import type { CommentMatch } from '../netfilter/match/comment.ts'
import type { MarkMatch } from '../netfilter/match/mark.ts'
import type { TableOperation } from '../netfilter/operations.ts'
import type { AddressTest, IpTest, JumpTarget, Match, Rule, Target } from '../netfilter/rule.ts'
import type { MasqueradeTarget } from '../netfilter/target/masquerade.ts'
import { type Ipv4, ipv4, maskOf, type Prefix } from '../packet/address.ts'

/** What flanneld's rules depend on. */
export interface FlannelRulesInput {
  /** The network of all leases (`Network` of net-conf.json). */
  readonly network: Prefix
  /** The host's own lease. */
  readonly subnet: Prefix
  /** `--ip-masq`: masquerade what leaves the network. */
  readonly ipMasq: boolean
  /** `--iptables-forward-rules`, true unless told otherwise: accept what is forwarded from or to the network. */
  readonly forwardRules?: boolean | undefined
  /** `--random-fully` on MASQUERADE, where iptables knows it (1.6.2 and later). True unless told otherwise. */
  readonly randomFully?: boolean | undefined
}

const WRITER = 'flannel'
const POSTRTG = 'FLANNEL-POSTRTG'
const FWD = 'FLANNEL-FWD'

const MASQ_COMMENT: CommentMatch = { kind: 'comment', text: 'flanneld masq' }
const FORWARD_COMMENT: CommentMatch = { kind: 'comment', text: 'flanneld forward' }
/**
 * The mark of packets that some other program is going to masquerade (`KubeProxyMark`, pkg/trafficmngr/trafficmngr.go).
 */
const MARKED: MarkMatch = { kind: 'mark', mark: 0x4000, mask: 0x4000, invert: false }

const RETURN: Target = { kind: 'RETURN' }
const ACCEPT: Target = { kind: 'ACCEPT' }
const MULTICAST: AddressTest = { address: ipv4(0xe0000000), mask: maskOf(4), invert: true }

/**
 * The rules that flanneld writes on its host today (flannel-io/flannel pkg/trafficmngr/iptables/iptables.go at
 * 07c20946, version 0.27), as what it does to the tables: chains of its own, and jumps at the end of POSTROUTING and
 * FORWARD (`-A`).
 */
export function flannelRules(input: FlannelRulesInput): TableOperation[] {
  const operations: TableOperation[] = []
  if (input.ipMasq) operations.push(...masqueradeRules(input))
  if (input.forwardRules ?? true) operations.push(...forwardRules(input.network))
  return operations
}

function rule(ip: IpTest, matches: readonly Match[], target: Target, why: string): Rule {
  return { ip, matches, target, origin: { writer: WRITER, why } }
}

function append(table: 'nat' | 'filter', chain: string, added: Rule): TableOperation {
  return { kind: 'append', table, chain, rule: added }
}

function test(prefix: Prefix, invert = false): AddressTest {
  const mask = maskOf(prefix.length)
  return { address: (prefix.address & mask) as Ipv4, mask, invert }
}

/**
 * `masqRules`. Traffic inside of the network keeps its source when it comes from or goes to this host's pods; what
 * leaves the network, and what the host itself sends into it, is masqueraded.
 */
function masqueradeRules({ network, subnet, randomFully }: FlannelRulesInput): TableOperation[] {
  const masquerade: MasqueradeTarget = { kind: 'MASQUERADE', random: false, randomFully: randomFully ?? true }
  const matches = [MASQ_COMMENT]
  const jump: JumpTarget = { kind: 'jump', chain: POSTRTG }
  return [
    { kind: 'chain', table: 'nat', chain: POSTRTG },
    append('nat', 'POSTROUTING', rule({}, matches, jump, 'jump')),
    append('nat', POSTRTG, rule({}, [MARKED, MASQ_COMMENT], RETURN, 'another program masquerades the packet')),
    append(
      'nat',
      POSTRTG,
      rule({ src: test(subnet), dst: test(network) }, matches, RETURN, 'from a local pod into the network'),
    ),
    append(
      'nat',
      POSTRTG,
      rule({ src: test(network), dst: test(subnet) }, matches, RETURN, 'from the network to a local pod'),
    ),
    append(
      'nat',
      POSTRTG,
      rule({ src: test(network, true), dst: test(subnet) }, matches, RETURN, 'from outside to a local pod'),
    ),
    append(
      'nat',
      POSTRTG,
      rule({ src: test(network), dst: MULTICAST }, matches, masquerade, 'from the network to the outside'),
    ),
    append(
      'nat',
      POSTRTG,
      rule(
        { src: test(network, true), dst: test(network) },
        matches,
        masquerade,
        'from outside or the host into the network',
      ),
    ),
  ]
}

/** `forwardRules`: for hosts whose FORWARD policy is DROP. */
function forwardRules(network: Prefix): TableOperation[] {
  const matches = [FORWARD_COMMENT]
  const jump: JumpTarget = { kind: 'jump', chain: FWD }
  return [
    { kind: 'chain', table: 'filter', chain: FWD },
    append('filter', 'FORWARD', rule({}, matches, jump, 'jump')),
    append('filter', FWD, rule({ src: test(network) }, matches, ACCEPT, 'from the network')),
    append('filter', FWD, rule({ dst: test(network) }, matches, ACCEPT, 'to the network')),
  ]
}
