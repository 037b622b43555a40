import type { Chain, JumpTarget, Match, Rule, RuleOrigin } from '../netfilter/rule.ts'
import { type EndpointInfo, endpointChainName } from './endpoints.ts'
import {
  addressTest,
  comment,
  dnat,
  drawOneOf,
  jump,
  protocolTest,
  recentCheck,
  recentSet,
  transport,
} from './rule-parts.ts'
import type { ServicePortInfo } from './service-port.ts'
import { CHAIN, WRITER } from './words.ts'

/**
 * The rules for one endpoint of a Service port: its SEP chain, and the rules that lead there from SVC and SVL chains.
 * They are the same on every node.
 */
export class EndpointRules {
  readonly chain: Chain
  readonly #info: ServicePortInfo
  readonly #jump: JumpTarget
  readonly #comment: readonly Match[]
  readonly #origin: RuleOrigin
  #affinity: Rule | null = null
  /** The draw that was asked for last: in the chain of all endpoints it is the same on every node. */
  #draw: Rule | null = null
  #drawLeft = 0

  constructor(info: ServicePortInfo, portText: string, endpoint: EndpointInfo, largeCluster: boolean) {
    this.#info = info
    const name = endpointChainName(info.name, info.protocol, endpoint.text)
    this.#jump = jump(name)
    this.#comment = largeCluster ? [] : [comment(`${info.name} -> ${endpoint.text}`)]
    this.#origin = { writer: WRITER, why: 'endpoint', service: info.service, port: portText, endpoint: endpoint.text }
    this.chain = { name, policy: null, rules: this.#endpointChain(endpoint, largeCluster) }
  }

  #endpointChain(endpoint: EndpointInfo, largeCluster: boolean): Rule[] {
    const info = this.#info
    const matches: readonly Match[] = largeCluster ? [] : [comment(info.name)]
    const protocol = protocolTest(info.protocolNumber)
    const seen = info.affinitySeconds === 0 ? [] : [recentSet(this.#jump.chain)]
    return [
      {
        ip: { src: addressTest(endpoint.address) },
        matches,
        target: jump(CHAIN.MARK_MASQ),
        origin: { ...this.#origin, why: 'hairpin: the endpoint reaches itself' },
      },
      {
        ip: { protocol },
        matches: [...matches, ...seen, transport(info.protocol)],
        target: dnat(endpoint.address, endpoint.port),
        origin: this.#origin,
      },
    ]
  }

  /** Leads a client here that was sent here within the affinity's time. */
  affinityRule(): Rule {
    this.#affinity ??= {
      ip: {},
      matches: [...this.#comment, recentCheck(this.#jump.chain, this.#info.affinitySeconds)],
      target: this.#jump,
      origin: { ...this.#origin, why: 'session affinity' },
    }
    return this.#affinity
  }

  /** Leads here with the odds 1 in `left`, the number of endpoints from this one on. */
  drawRule(left: number): Rule {
    if (left !== this.#drawLeft) {
      this.#drawLeft = left
      this.#draw = {
        ip: {},
        matches: left === 1 ? this.#comment : [...this.#comment, drawOneOf(left)],
        target: this.#jump,
        origin: this.#origin,
      }
    }
    return this.#draw!
  }
}
