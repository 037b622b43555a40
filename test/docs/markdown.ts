/** A fenced block of a Markdown file. */
export interface Fence {
  /** `ts`, `sh`, `text`, `mermaid` … */
  readonly language: string
  readonly content: string
  /** Line of the opening fence, from 1. */
  readonly line: number
  /** Where the content stands in the file's text. */
  readonly start: number
  readonly end: number
}

export function fencesOf(text: string): Fence[] {
  const fences: Fence[] = []
  for (const match of text.matchAll(/^```([a-z]*)\n([\s\S]*?)^```$/gm)) {
    const [whole, language = '', content = ''] = match
    const start = match.index + whole.indexOf('\n') + 1
    fences.push({
      language,
      content,
      line: text.slice(0, match.index).split('\n').length,
      start,
      end: start + content.length,
    })
  }
  return fences
}

/** A command line and the output that the file shows below it. */
export interface ShownCommand {
  readonly command: string
  readonly output: Fence
}

/** Every `sh` block of one line that calls kubehop, with the block of its output right after it. */
export function shownCommands(text: string): ShownCommand[] {
  const fences = fencesOf(text)
  return fences.flatMap((fence, index) => {
    const output = fences[index + 1]
    const lines = fence.content.trim().split('\n')
    const isCommand = fence.language === 'sh' && lines.length === 1 && lines[0]?.startsWith('kubehop ') === true
    if (!isCommand || output === undefined || !OUTPUTS.has(output.language)) return []
    // anything but blank lines between them: the second block is about something else
    const between = text.slice(fence.end + '```'.length, output.start - `\`\`\`${output.language}\n`.length)
    return between.trim() === '' ? [{ command: lines[0] as string, output }] : []
  })
}

const OUTPUTS: ReadonlySet<string> = new Set(['text', 'mermaid', 'json', 'yaml'])
