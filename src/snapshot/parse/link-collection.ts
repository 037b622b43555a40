import { MAC_ZERO } from '../../packet/index.ts'
import type { EvidencePart, LinkEvidence } from '../evidence.ts'
import type { BridgeLink } from './bridge-links.ts'
import type { IproutCall } from './command.ts'
import type { LinkDraft } from './link-draft.ts'
import type { PrintContext } from './print-context.ts'

/** The devices of a namespace, as several prints told them. */
export class LinkCollection {
  readonly #drafts = new Map<string, LinkDraft>()
  #told = false
  /** Each device was told. */
  #complete = false
  /** Each IPv4 address was told: a device of which none was has none. */
  #addressesComplete = false
  /** Which command told a part of the devices. */
  #why = ''

  /** What `ip link` or `ip address` told. */
  add(links: readonly LinkDraft[], call: IproutCall): void {
    // there is always lo: the command failed
    if (links.length === 0 && call.args.length === 0 && call.family === null) return
    this.#told = true
    // only with addresses of IPv4 does `-4` show a device, and `-o` has a line for each address
    const { filtersLinks, filtersAddresses } = filtersOf(call.args)
    const isAddress = call.object === 'address'
    const showsAll =
      !filtersLinks && !filtersAddresses && !(isAddress && (call.family === 4 || (call.oneline && !call.brief)))
    if (showsAll) {
      const shown = new Set(links.map(({ name }) => name))
      // what was told of it before was true then
      for (const name of this.#drafts.keys()) if (!shown.has(name)) this.#drafts.delete(name)
      this.#complete = true
    } else this.#why ||= `ip ${call.object} show ${call.args.join(' ')}`.trimEnd()
    if (isAddress && !filtersLinks && !filtersAddresses) {
      this.#addressesComplete = true
      for (const draft of this.#drafts.values()) draft.addresses = []
    }
    for (const link of links) this.#merge(link, filtersAddresses)
  }

  #merge(link: LinkDraft, someAddresses: boolean): void {
    const before = this.#drafts.get(link.name)
    if (before === undefined) {
      // of addresses of one scope it does not follow that there is no other: left open
      this.#drafts.set(link.name, link)
      return
    }
    const { addresses, nsid } = before
    Object.assign(before, link)
    // in words there is the name of a namespace in place of its number
    if (link.nsid === -1 && typeof nsid === 'number') before.nsid = nsid
    if (someAddresses && addresses !== undefined && link.addresses !== undefined) {
      const seen = new Set(link.addresses.map((each) => JSON.stringify(each)))
      before.addresses = [...addresses.filter((each) => !seen.has(JSON.stringify(each))), ...link.addresses]
    }
  }

  /** What `bridge link` told: of devices that nobody else tells of it says too little to make one. */
  addPorts(ports: readonly BridgeLink[], context: PrintContext): void {
    for (const { name, master, state, port, line } of ports) {
      let draft = this.#drafts.get(name)
      if (draft === undefined) {
        this.#told = true
        draft = { name, source: context.at(line) }
        this.#drafts.set(name, draft)
        this.#why ||= 'bridge link'
      }
      if (master !== null) draft.master = master
      // `bridge link` does not tell the port's number
      if (port !== undefined) draft.port = { ...draft.port, ...port }
      if (state !== undefined) draft.portState = state
    }
  }

  /** @param nsids the names of the namespaces that `ip netns list-id` numbers */
  finish(nsids: ReadonlyMap<number, string | null> | null): {
    readonly links: LinkEvidence[] | null
    readonly partial: ReadonlyMap<EvidencePart, string>
  } {
    const partial = new Map<EvidencePart, string>()
    if (!this.#told) return { links: null, partial }
    const drafts = [...this.#drafts.values()]
    if (!this.#complete) partial.set('links', `${this.#why} tells of some devices`)
    const silent = drafts.filter(({ addresses }) => addresses === undefined && !this.#addressesComplete)
    if (silent.length > 0) partial.set('addresses', `no address was told of ${namesOf(silent)}`)
    const plain = drafts.filter(
      ({ kind, flags, mtu, mac }) =>
        kind === undefined || flags === undefined || mtu === undefined || mac === undefined,
    )
    if (plain.length > 0) partial.set('details', `ip -d link was not told of ${namesOf(plain)}`)
    const numbers = new Map<string, number>()
    for (const [nsid, name] of nsids ?? []) if (name !== null) numbers.set(name, nsid)
    const links = drafts.map((draft) => this.#finish(draft, numbers))
    links.sort((a, b) => a.ifindex - b.ifindex)
    return { links, partial }
  }

  #finish(draft: LinkDraft, numbers: ReadonlyMap<string, number>): LinkEvidence {
    const { name, flags, kind = null, vxlan, bridge, portState, source } = draft
    const port = draft.port === undefined ? undefined : { ...draft.port, state: draft.port.state ?? portState ?? null }
    return {
      ifindex: draft.ifindex ?? 0,
      name,
      kind,
      mac: draft.mac ?? MAC_ZERO,
      mtu: draft.mtu ?? 1500,
      // a device that only has addresses told is one that somebody uses
      up: flags?.has('UP') ?? true,
      carrier: flags?.has('LOWER_UP'),
      promiscuous: flags?.has('PROMISC') ?? false,
      txQueueLength: draft.txQueueLength ?? 1000,
      ...(flags !== undefined && { noArp: flags.has('NOARP') }),
      master: draft.master ?? null,
      peer: this.#peerOf(draft, numbers),
      lower: draft.belowIndex === undefined ? (draft.below ?? null) : null,
      addresses: draft.addresses ?? [],
      ...(vxlan !== undefined && { vxlan }),
      ...(bridge !== undefined && { bridge }),
      ...(port !== undefined && { port }),
      source,
    }
  }

  /** A name behind @ is the other end of a veth, and of another kind the device below, unless both name each other. */
  #peerOf(draft: LinkDraft, numbers: ReadonlyMap<string, number>): LinkEvidence['peer'] {
    const { below, belowIndex, netns, kind } = draft
    if (belowIndex !== undefined) {
      const nsid = (netns === undefined ? undefined : numbers.get(netns)) ?? draft.nsid ?? null
      return { ifindex: belowIndex, nsid, ...(netns !== undefined && nsid === -1 && { netns }) }
    }
    if (below === undefined || below === null) return null
    const other = this.#drafts.get(below)
    if (other?.ifindex === undefined) return null
    if (kind === 'veth' || (kind === undefined && other.below === draft.name))
      return { ifindex: other.ifindex, nsid: null }
    return null
  }
}

function namesOf(drafts: readonly LinkDraft[]): string {
  const names = drafts.slice(0, 5).map(({ name }) => name)
  return drafts.length > 5 ? `${names.join(', ')} and ${drafts.length - 5} others` : names.join(', ')
}

/** Words behind `show` that choose among addresses; every other one chooses among devices. */
const ADDRESS_FILTERS: ReadonlySet<string> = new Set([
  ...['scope', 'to', 'label', 'permanent', 'dynamic', 'secondary', 'primary', 'temporary', 'deprecated', 'tentative'],
  ...['home', 'nodad', 'noprefixroute', 'autojoin', 'mngtmpaddr', 'dadfailed', 'proto'],
])

function filtersOf(args: readonly string[]): { readonly filtersLinks: boolean; readonly filtersAddresses: boolean } {
  const filtersAddresses = args.some((word) => ADDRESS_FILTERS.has(word.replace(/^-/, '')))
  return { filtersLinks: args.length > 0 && !filtersAddresses, filtersAddresses }
}
