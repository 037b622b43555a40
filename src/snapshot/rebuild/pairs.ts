import type { LinkEvidence, NamespaceEvidence } from '../evidence.ts'

/** One end of a pair. */
export interface End {
  readonly space: NamespaceEvidence
  readonly link: LinkEvidence
}

/**
 * Which veth device belongs to which. A namespace tells the number of the other end's device and its own number of the other namespace; where
 * that number says nothing of the namespace, the two must name each other, and everything that one number stands for is one namespace.
 */
export class Pairs {
  readonly #partner = new Map<LinkEvidence, End>()
  readonly #byHost = new Map<string, readonly NamespaceEvidence[]>()
  /** What a number of a namespace turned out to stand for. */
  readonly #found = new Map<NamespaceEvidence, Map<number, NamespaceEvidence>>()

  /** @param isVeth is the device an end of a pair? */
  constructor(spaces: readonly NamespaceEvidence[], isVeth: (end: End) => boolean) {
    const open: End[] = []
    for (const space of spaces) {
      this.#byHost.set(space.host, [...(this.#byHost.get(space.host) ?? []), space])
      for (const link of space.links ?? []) if (isVeth({ space, link })) open.push({ space, link })
    }
    this.#matchTold(open)
    this.#matchEachOther(open)
  }

  /** The other end; undefined: nobody recorded it. */
  of(link: LinkEvidence): End | undefined {
    return this.#partner.get(link)
  }

  #join(a: End, b: End): void {
    this.#partner.set(a.link, b)
    this.#partner.set(b.link, a)
    this.#learn(a, b)
    this.#learn(b, a)
  }

  #learn({ space, link }: End, other: End): void {
    const nsid = link.peer?.nsid
    if (nsid == null || nsid < 0) return
    const found = this.#found.get(space) ?? new Map<number, NamespaceEvidence>()
    this.#found.set(space, found.set(nsid, other.space))
  }

  /** By number of the namespace, or in the same one. */
  #matchTold(open: readonly End[]): void {
    for (const end of open) {
      if (this.#partner.has(end.link)) continue
      const space = this.#spaceTold(end)
      if (space === undefined) continue
      const link = linkAt(space, end)
      if (link !== undefined && !this.#partner.has(link) && link !== end.link) this.#join(end, { space, link })
    }
  }

  #spaceTold({ space, link }: End): NamespaceEvidence | undefined {
    const { peer, lower } = link
    if (peer === null) return lower === null ? undefined : space
    if (peer.nsid === null) return space
    const beside = this.#byHost.get(space.host) ?? []
    const known = this.#found.get(space)?.get(peer.nsid)
    if (known !== undefined) return known
    const id = space.nsids?.get(peer.nsid)
    if (id !== undefined && id !== 0) return beside.find((each) => each.id === id)
    return peer.netns === undefined ? undefined : beside.find((each) => each.name === `${space.host}/${peer.netns}`)
  }

  /** Two that name each other's numbers, when there is one such pair; until nothing new is found. */
  #matchEachOther(open: readonly End[]): void {
    for (let found = true; found; ) {
      found = false
      for (const end of open) {
        if (this.#partner.has(end.link) || end.link.peer === null) continue
        const candidates = open.filter((other) => this.#mayBe(end, other))
        const [only] = candidates.length === 1 ? candidates : candidates.filter((other) => knowsByFrames(end, other))
        if (only === undefined) continue
        // the other one must have no choice either
        if (candidates.length === 1 && open.filter((other) => this.#mayBe(only, other)).length !== 1) continue
        this.#join(end, only)
        found = true
      }
    }
  }

  #mayBe(a: End, b: End): boolean {
    return (
      a.space !== b.space &&
      a.space.host === b.space.host &&
      !this.#partner.has(b.link) &&
      a.link.peer?.ifindex === b.link.ifindex &&
      b.link.peer?.ifindex === a.link.ifindex &&
      this.#agrees(a, b.space) &&
      this.#agrees(b, a.space)
    )
  }

  /** Could the end's number of the other namespace stand for this one, by all that is known? */
  #agrees({ space, link }: End, other: NamespaceEvidence): boolean {
    const nsid = link.peer?.nsid
    if (nsid == null || nsid < 0) return nsid !== null
    const found = this.#found.get(space)
    const known = found?.get(nsid)
    if (known !== undefined) return known === other
    const id = space.nsids?.get(nsid)
    if (id !== undefined && id !== 0) return id === other.id
    // another number stands for it already
    return ![...(found ?? [])].some(([number, each]) => number !== nsid && each === other)
  }
}

function linkAt(space: NamespaceEvidence, { link, space: from }: End): LinkEvidence | undefined {
  const { peer, lower } = link
  return space.links?.find((each) =>
    peer === null ? each.name === lower && from === space : each.ifindex === peer.ifindex,
  )
}

/** A bridge has heard the one end's address behind the other, or a neighbour entry has it there. */
function knowsByFrames(a: End, b: End): boolean {
  const heard = (from: End, to: End): boolean =>
    from.space.fdb?.some(({ dev, mac }) => dev === from.link.name && mac === to.link.mac) === true ||
    from.space.neighbours?.some(({ dev, mac }) => dev === from.link.name && mac === to.link.mac) === true
  return heard(a, b) || heard(b, a)
}
