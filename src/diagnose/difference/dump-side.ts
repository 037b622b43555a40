import { parseTables } from '../../netfilter/command/restore.ts'
import type { Tables } from '../../netfilter/command/tables.ts'
import { formatIpv4 } from '../../packet/address.ts'
import type { NamespaceEvidence } from '../../snapshot/index.ts'
import { type HostFlow, parseEnd, traceHost } from '../../snapshot/partial/index.ts'
import { nodePortsIn, servicesIn, type TableSource } from '../../snapshot/rebuild/index.ts'
import { type Outcome, outcomesOf } from './outcome.ts'
import type { Question, Side } from './question.ts'
import { distinct, nameOf } from './world-side.ts'

/** Who asks for Services when nobody says who: somebody out there, of a network for documentation (RFC 5737). */
const SOMEBODY = '198.51.100.10'

/** How packets come to the host, where the dump does not tell. */
export type DumpFlow = Pick<HostFlow, 'in' | 'out' | 'hook' | 'mark' | 'state'>

/** One host, of which perhaps only the rules are known. */
export class DumpSide implements Side {
  readonly remarks: string[] = []
  readonly #evidence: NamespaceEvidence
  readonly #flow: DumpFlow
  readonly #from: string

  /** @param from who sends in `questions`; default: somebody out there */
  constructor(evidence: NamespaceEvidence, flow: DumpFlow = {}, from = SOMEBODY) {
    this.#evidence = evidence
    this.#flow = flow
    this.#from = from
  }

  outcomes({ from, to, protocol }: Question): readonly Outcome[] {
    const source = parseEnd(from, 'FROM')
    const destination = parseEnd(to, 'TO')
    const { data } = traceHost(this.#evidence, {
      ...this.#flow,
      source: source.address,
      sourcePort: source.port,
      destination: destination.address,
      port: destination.port,
      names: { from, to },
      protocol,
      allBranches: true,
    })
    for (const remark of [...data.assumptions, ...data.warnings])
      if (!this.remarks.includes(remark)) this.remarks.push(remark)
    return outcomesOf(data)
  }

  questions(): readonly Question[] {
    const tables = this.#tables()
    const own = this.#evidence.links?.flatMap(({ addresses }) => addresses).find(({ scope }) => scope === 'global')
    return [
      ...distinct(servicesIn(tables)).map(({ address, ...service }) => ({
        from: this.#from,
        to: `${formatIpv4(address)}:${service.number}`,
        protocol: service.protocol,
        about: nameOf(service),
      })),
      // a node port is asked for at an address of the host: without one nobody can
      ...(own === undefined ? [] : distinct(nodePortsIn(tables))).map((service) => ({
        from: this.#from,
        to: `${formatIpv4(own!.address)}:${service.number}`,
        protocol: service.protocol,
        about: `node port of ${nameOf(service)}`,
      })),
    ]
  }

  #tables(): TableSource {
    const all: Tables[] = (this.#evidence.iptables ?? []).map(
      ({ text }) => parseTables(text, { keepUnsupported: true }).tables,
    )
    return (name) => all.map((tables) => tables.get(name)).find((table) => table !== undefined)
  }
}
