import { formatIpv4, isLinkLocal, isLoopback } from '../../packet/index.ts'
import type { AddressEvidence } from '../evidence.ts'
import { linesOf, macOf, requireAddress, requireNumber, wordsOf } from './fields.ts'
import type { LinkDraft } from './link-draft.ts'
import { isIpv4 } from './link-kinds.ts'
import { putBelow, splitName } from './links.ts'
import { type PrintContext, quoted } from './print-context.ts'

/**
 * The devices of `ip -br link` and `ip -br address`, which tell names, Ethernet addresses and flags, or names and addresses, and no more
 * (`print_linkinfo_brief`, iproute2 ip/ipaddress.c). The scope of an address is not told; it follows from the address as everybody has it.
 */
export function readBriefLinks(text: string, withAddresses: boolean, context: PrintContext): LinkDraft[] {
  const drafts: LinkDraft[] = []
  for (const [line, raw] of linesOf(text).entries()) {
    const words = wordsOf(raw)
    const [first, state] = words
    if (first === undefined) continue
    if (state === undefined || !/^[A-Z]+$/.test(state)) {
      context.note(`not understood: ${quoted(raw)}`, line)
      continue
    }
    const [name, below] = splitName(first)
    const draft: LinkDraft = { name, source: context.at(line) }
    putBelow(draft, below)
    if (withAddresses) draft.addresses = addressesOf(words, name, context, line)
    else {
      const mac = macOf(words[2])
      if (mac !== undefined) draft.mac = mac
      const flags = words.find((word) => word.startsWith('<') && word.endsWith('>'))
      if (flags !== undefined) draft.flags = new Set(flags.slice(1, -1).split(','))
    }
    drafts.push(draft)
  }
  return drafts
}

/** `10.0.0.1/24 10.9.0.1 peer 10.9.0.2/32 metric 5` */
function addressesOf(words: readonly string[], name: string, context: PrintContext, line: number): AddressEvidence[] {
  const addresses: AddressEvidence[] = []
  for (let i = 2; i < words.length; i++) {
    const word = words[i]!
    if (word.includes(':') || word === 'metric') {
      if (word === 'metric') i++
      continue
    }
    const [local, length] = word.split('/')
    const address = requireAddress(local, context, line)
    const scope = isLoopback(address) ? 'host' : isLinkLocal(address) ? 'link' : 'global'
    const common = { address, scope, secondary: false, label: name }
    if (words[i + 1] !== 'peer') {
      addresses.push({ ...common, length: requireLength(length, address, context, line) })
      continue
    }
    const [other, bits] = (words[i + 2] ?? '').split('/')
    i += 2
    if (!isIpv4(other)) continue
    addresses.push({
      ...common,
      peer: requireAddress(other, context, line),
      length: requireLength(bits, address, context, line),
    })
  }
  return addresses
}

function requireLength(
  text: string | undefined,
  address: AddressEvidence['address'],
  context: PrintContext,
  line: number,
): number {
  const length = text === undefined ? 32 : requireNumber(text, 'a prefix length', context, line)
  return length <= 32 ? length : context.fail(`${formatIpv4(address)}/${length} is no prefix`, line)
}
