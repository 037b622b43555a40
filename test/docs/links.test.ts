import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const FILES = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
]

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

function anchorsIn(file: string): Set<string> {
  return new Set([...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? '')))
}

describe.each(FILES)('%s', (file) => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? [])

  it('has links that lead somewhere', () => {
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue
      const [target = '', anchor] = link.split('#')
      const resolved = target === '' ? file : path.join(path.dirname(file), target)
      expect(existsSync(resolved), `${file} links to ${link}`).toBe(true)
      if (anchor !== undefined && resolved.endsWith('.md'))
        expect(anchorsIn(resolved), `${file} links to ${link}`).toContain(anchor)
    }
  })
})
