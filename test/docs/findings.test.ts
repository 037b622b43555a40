import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FINDING_GROUPS, FINDINGS } from '../../src/diagnose/index.ts'
import { BROKEN_LABS } from '../diagnose/labs.ts'

// docs/findings.md lists every finding as the registry has it: `UPDATE_DOCS=1 npx vitest run test/docs/findings.test.ts` writes it.

const FILE = 'docs/findings.md'

const HEAD = `# What kubehop diagnose finds

\`kubehop diagnose --snapshot node-1.json --snapshot node-2.json -f cluster.yaml [FROM TO]\` looks at what was recorded of real hosts (\`kubehop collect\`), at what
somebody pasted, at manifests, or at all of them, for what stands below. Each finding says what is wrong and where, shows what it was read from (file, line,
command), and says what to do: commands for a namespace, or words.

- Nothing is guessed. What nobody told is not supposed: the finding stays silent, and the end of the output lists what was not checked, and what would be needed.
- **error**: packets do not arrive, or arrive wrong. **warning**: so they do under some circumstance that the finding tells. **info**: worth knowing.
- With FROM and TO the flow is followed as \`kubehop trace\` does it. Findings on its way that can be the cause of its end come first.
- The exit code is 0 when no error was found, 1 when one was, 2 for bad input. \`-o json\` and \`-o yaml\` print what [diagnosis.schema.json](diagnosis.schema.json) describes.
- \`--only CODE\` looks for one finding alone.

That a finding stops packets is a claim about the kernel. The findings with a ✓ are shown on the real one: a healthy cluster is built in namespaces and
broken, a flow stops, the collector's snapshot shows just this finding, and the finding's own commands make the flow go again (\`test/kernel/diagnose.test.ts\`).

<!-- Below this line the text is written by test/docs/findings.test.ts out of src/diagnose/registry.ts. -->
`

function text(): string {
  const shown = new Set(BROKEN_LABS.map(({ code }) => code))
  const lines = [HEAD]
  for (const { title, findings } of FINDING_GROUPS) {
    lines.push(`## ${title}\n`)
    for (const finding of findings) {
      lines.push(`### \`${finding.code}\`\n`)
      lines.push(
        `**${finding.severity}**${shown.has(finding.code) ? ' ✓' : ''} ${finding.title}. ${finding.explanation}\n`,
      )
      lines.push(`Recognised by: ${finding.recognised}\n`)
    }
  }
  return `${lines.join('\n').trimEnd()}\n`
}

describe(FILE, () => {
  it('lists every finding', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, text())
    expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(text())
  })

  it('codes are words with dashes, and each stands for one finding', () => {
    const codes = FINDINGS.map(({ code }) => code)
    expect(codes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([])
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.length).toBeGreaterThanOrEqual(25)
  })

  it('titles are phrases without a full stop, explanations and recognitions are sentences', () => {
    for (const { code, title, explanation, recognised } of FINDINGS) {
      expect(title, code).not.toMatch(/\.$/)
      expect(explanation, code).toMatch(/\.$/)
      expect(recognised, code).toMatch(/[.)]$/)
    }
  })
})
