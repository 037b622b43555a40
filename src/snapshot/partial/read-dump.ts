import { KubehopError } from '../../packet/errors.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import { EvidenceBuilder } from '../parse/builder.ts'
import { type PasteSection, readPaste } from '../paste/index.ts'

/** A text, and what it is called in errors. */
export interface DumpText {
  readonly name: string
  readonly text: string
}

/**
 * What pasted texts tell of one host: `iptables-save` or its like, and whatever stands beside it, in one text or several.
 *
 * @throws KubehopError with file and line; `NO_RULES` when no text holds rules of iptables
 */
export function evidenceOfDumps(dumps: readonly DumpText[]): NamespaceEvidence {
  const sections = dumps.flatMap(({ name, text }) => readPaste(text, name))
  const hosts = distinct(sections, ({ host }) => host)
  if (hosts.length > 1) {
    throw new KubehopError('SEVERAL_HOSTS', `these are prints of several hosts: ${hosts.join(', ')}`, {
      hint: 'give those of one',
    })
  }
  const netns = netnsOf(sections)
  const name = netns ?? hosts[0] ?? 'host'
  const builder = new EvidenceBuilder({ name, host: hosts[0] ?? 'host', id: 0, isHost: netns === null, owners: [] })
  for (const section of sections) {
    if (section.netns !== netns && section.netns !== null) {
      builder.note(
        `what ${section.netns} printed does not count: this is about ${netns ?? 'the host itself'}`,
        section.source,
      )
    } else if (section.netns === netns || netns === null) {
      const known = builder.add(section.command, section.print, section.source)
      if (!known && !section.command.startsWith('ip6'))
        builder.note(`${section.command} tells nothing that counts here`, section.source)
    }
  }
  const evidence = builder.finish()
  if (evidence.iptables === null) {
    throw new KubehopError('NO_RULES', 'there are no rules of iptables in it', {
      ...(dumps[0] === undefined ? {} : { where: { file: dumps[0].name } }),
      hint: 'give what iptables-save, iptables -S, iptables -L -n -v or nft list ruleset prints',
    })
  }
  return evidence
}

/** The namespace that it is about: the host's own if its rules are there, else the only one that has some. */
function netnsOf(sections: readonly PasteSection[]): string | null {
  const ruled = sections.filter(({ command }) => /^(?:[^ ]*\/)?(?:iptables|nft)/.test(command))
  if (ruled.length === 0 || ruled.some(({ netns }) => netns === null)) return null
  const names = distinct(ruled, ({ netns }) => netns)
  if (names.length === 1) return names[0]!
  throw new KubehopError('SEVERAL_HOSTS', `these are rules of several namespaces: ${names.join(', ')}`, {
    hint: 'give those of one',
  })
}

function distinct(sections: readonly PasteSection[], of: (section: PasteSection) => string | null): string[] {
  return [...new Set(sections.flatMap((section) => of(section) ?? []))]
}
