import {
  chainOrder,
  type RecordedChain,
  type RecordedHit,
  type RecordedTraversal,
  USER_CHAIN,
} from '../commands/record/index.ts'
import { readTracedPacket } from './frame-octets.ts'
import { type Attributes, type NfnetlinkMessage, nested, number32, text } from './netlink.ts'
import { TRACE_TABLE } from './recorder-program.ts'
import type { RulePositions } from './rule-positions.ts'

const NFNL_SUBSYS_NFTABLES = 10
const NFT_MSG_TRACE = 17

/** enum nft_trace_attributes */
const NFTA_TRACE = {
  TABLE: 1,
  CHAIN: 2,
  RULE_HANDLE: 3,
  TYPE: 4,
  VERDICT: 5,
  ID: 6,
  NETWORK_HEADER: 8,
  TRANSPORT_HEADER: 9,
  IIF: 10,
  OIF: 12,
  MARK: 14,
  POLICY: 16,
  CT_ID: 18,
  CT_STATUS: 20,
  CT_STATE: 21,
} as const
const NFTA_VERDICT_CODE = 1
/** enum nft_trace_types */
const TRACE_TYPE = { POLICY: 1, RETURN: 2, RULE: 3 } as const

/** enum nft_verdicts and NF_* (include/uapi/linux/netfilter.h) */
const VERDICTS: Readonly<Record<number, string>> = {
  0: 'DROP',
  1: 'ACCEPT',
  2: 'STOLEN',
  3: 'QUEUE',
  4: 'REPEAT',
  5: 'STOP',
  [-1]: 'CONTINUE',
  [-2]: 'BREAK',
  [-3]: 'JUMP',
  [-4]: 'GOTO',
  [-5]: 'RETURN',
}

/** NF_CT_STATE_BIT of `enum ip_conntrack_info`, as the trace shows it. */
const CT_STATES: Readonly<Record<number, string>> = {
  1: 'invalid',
  2: 'established',
  4: 'related',
  8: 'new',
  64: 'untracked',
}

interface Traversal extends RecordedTraversal {
  /** The conntrack entry that the packet belonged to when it was last looked at, as the trace numbers it. */
  conntrackId?: string
}

/** Puts the trace messages of one namespace together again: one traversal for each packet. */
export class RuleTrace {
  readonly #ns: string
  readonly #rules: RulePositions
  readonly #deviceName: (ifindex: number) => string
  /** The traversal that a trace id last meant. */
  readonly #byId = new Map<number, Traversal>()
  readonly #traversals: Traversal[] = []

  constructor(ns: string, rules: RulePositions, deviceName: (ifindex: number) => string) {
    this.#ns = ns
    this.#rules = rules
    this.#deviceName = deviceName
  }

  /** In the order in which the packets met their first chain. */
  get traversals(): RecordedTraversal[] {
    return this.#traversals.map(({ ns, step, start, chains }) => ({ ns, step, start, chains }))
  }

  add(message: NfnetlinkMessage, step: number): void {
    if (message.type !== ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_TRACE)) return
    const { attributes } = message
    const id = number32(attributes, NFTA_TRACE.ID)!
    const type = number32(attributes, NFTA_TRACE.TYPE)
    const table = text(attributes, NFTA_TRACE.TABLE)
    const chain = text(attributes, NFTA_TRACE.CHAIN)
    if (table === TRACE_TABLE) {
      // The rule that switches the trace on: here a packet begins.
      if (type === TRACE_TYPE.RULE) this.#begin(id, step, chain)
      return
    }
    const entersBaseChain = attributes.has(NFTA_TRACE.NETWORK_HEADER)
    const order = chainOrder(table, chain)
    const conntrackId = attributes.get(NFTA_TRACE.CT_ID)?.toString('hex')
    const traversal =
      this.#sameId(id, step, order, entersBaseChain) ??
      this.#sameIdChanged(id, step, order, chain, conntrackId) ??
      this.#begin(id, step, 'clone')
    if (conntrackId !== undefined) traversal.conntrackId = conntrackId
    if (entersBaseChain || traversal.chains.length === 0) {
      traversal.chains.push(this.#readChain(attributes, table, chain))
    }
    const hit = this.#readHit(attributes, type, table, chain)
    if (hit !== null) traversal.chains.at(-1)!.hits.push(hit)
  }

  #begin(id: number, step: number, start: string): Traversal {
    const traversal = { ns: this.#ns, step, start, chains: [] }
    this.#byId.set(id, traversal)
    this.#traversals.push(traversal)
    return traversal
  }

  /** The packet that this id meant, unless the packet buffer's address, from which ids are made, serves another one by now. */
  #sameId(id: number, step: number, order: number, entersBaseChain: boolean): Traversal | undefined {
    const traversal = this.#byId.get(id)
    const last = traversal?.chains.at(-1)
    if (traversal === undefined || last === undefined || !entersBaseChain) return traversal
    return traversal.step === step && !wasDropped(last) && order > orderOf(last) ? traversal : undefined
  }

  /**
   * The id is made from the incoming device, too (`nft_trace_init`), so it changes when a frame that br_netfilter has shown to
   * PREROUTING is handed up to the bridge device. The last traversal goes on then.
   */
  #sameIdChanged(
    id: number,
    step: number,
    order: number,
    chain: string,
    conntrackId: string | undefined,
  ): Traversal | undefined {
    const traversal = this.#traversals.at(-1)
    if (traversal === undefined || traversal.step !== step || traversal.start !== 'PREROUTING') return undefined
    if (chain === 'OUTPUT') return undefined
    const last = traversal.chains.at(-1)
    if (last !== undefined && (wasDropped(last) || order <= orderOf(last) || last.chain === 'POSTROUTING'))
      return undefined
    if (conntrackId !== undefined && (traversal.conntrackId ?? conntrackId) !== conntrackId) return undefined
    this.#byId.set(id, traversal)
    return traversal
  }

  #readChain(attributes: Attributes, table: string, name: string): RecordedChain {
    const chain: Partial<RecordedChain> = { table, chain: name }
    const input = number32(attributes, NFTA_TRACE.IIF)
    const output = number32(attributes, NFTA_TRACE.OIF)
    if (input !== undefined) chain.in = this.#deviceName(input)
    if (output !== undefined) chain.out = this.#deviceName(output)
    const network = attributes.get(NFTA_TRACE.NETWORK_HEADER)
    if (network !== undefined && network.length >= 20) {
      chain.pkt = readTracedPacket(network, attributes.get(NFTA_TRACE.TRANSPORT_HEADER) ?? Buffer.alloc(0))
    }
    // The trace tells the state since Linux 6.16. A packet without an entry has the state bit of invalid.
    const state = number32(attributes, NFTA_TRACE.CT_STATE)
    if (state !== undefined) chain.ct = CT_STATES[state] ?? String(state)
    chain.hits = []
    return chain as RecordedChain
  }

  #readHit(attributes: Attributes, type: number | undefined, table: string, chain: string): RecordedHit | null {
    const handle = attributes.get(NFTA_TRACE.RULE_HANDLE)?.readBigUInt64BE(0)
    const hit: Partial<RecordedHit> = { chain }
    if (type === TRACE_TYPE.POLICY) {
      hit.pos = 'policy'
      hit.verdict = VERDICTS[attributes.get(NFTA_TRACE.POLICY)?.readInt32BE(0) ?? 1] ?? '?'
      if (!this.#rules.hasRules(table, chain)) hit.empty = true
    } else if (handle !== undefined) {
      const { position, target } = this.#rules.find(table, chain, handle)
      hit.pos = position
      hit.target = target
      const code = nested(attributes, NFTA_TRACE.VERDICT).get(NFTA_VERDICT_CODE)?.readInt32BE(0)
      hit.verdict = code === undefined ? '?' : (VERDICTS[code] ?? String(code))
    } else {
      // The end of a user chain: no rule, nothing to say.
      return null
    }
    const mark = number32(attributes, NFTA_TRACE.MARK)
    if (mark !== undefined) hit.mark = mark
    return hit as RecordedHit
  }
}

function wasDropped(chain: RecordedChain): boolean {
  return chain.hits.at(-1)?.verdict === 'DROP'
}

/** Where the last chain stands; behind one that nobody knows any may follow. */
function orderOf({ table, chain }: RecordedChain): number {
  const order = chainOrder(table, chain)
  return order === USER_CHAIN ? -1 : order
}
