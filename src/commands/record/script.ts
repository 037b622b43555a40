import { KubehopError } from '../../packet/errors.ts'

/** The line that divides a lab's set-up from its traffic. */
export const TRAFFIC_MARK = '# --- traffic ---'

/** One command of the traffic, with its here-document. */
export interface LabCommand {
  /** Counted from 1. */
  readonly n: number
  /** As it stands in the script, without the blanks around it. */
  readonly line: string
  /** Number of its first line in the script, from 1. */
  readonly lineNumber: number
  /** Ends in `&`. */
  readonly background: boolean
}

/** A lab, read: its story, its set-up, and the commands of its traffic. */
export interface LabScript {
  readonly text: string
  /** The comment lines at the top, without `# `; three at most. */
  readonly story: readonly string[]
  readonly setup: string
  readonly commands: readonly LabCommand[]
  /** UDP ports that carry VXLAN: the two well-known ones and each `dstport` of the script. */
  readonly vxlanPorts: ReadonlySet<number>
}

const HERE_DOCUMENT = /<<-?\s*['"]?(\w+)['"]?/

/** Divides the text of a lab. @throws KubehopError `BAD_LAB` when the dividing line is missing. */
export function parseLab(text: string): LabScript {
  const mark = text.indexOf(TRAFFIC_MARK)
  if (mark < 0) {
    throw new KubehopError('BAD_LAB', `the lab has no line "${TRAFFIC_MARK}"`, {
      hint: 'put it between the set-up and the traffic',
    })
  }
  const vxlanPorts = new Set([4789, 8472])
  for (const [, port] of text.matchAll(/dstport (\d+)/g)) vxlanPorts.add(Number(port))
  return {
    text,
    story: text
      .split('\n')
      .filter((line) => line.startsWith('# '))
      .slice(0, 3)
      .map((line) => line.slice(2))
      .filter((line) => !line.startsWith('---')),
    setup: text.slice(0, mark),
    commands: splitCommands(text.slice(mark + TRAFFIC_MARK.length), text.slice(0, mark).split('\n').length),
    vxlanPorts,
  }
}

function splitCommands(traffic: string, firstLine: number): LabCommand[] {
  const commands: LabCommand[] = []
  const lines = traffic.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i]!
    const bare = first.trim()
    if (bare === '' || bare.startsWith('#')) continue
    const lineNumber = firstLine + i
    let body = first
    const end = HERE_DOCUMENT.exec(first)?.[1]
    if (end !== undefined) {
      while (++i < lines.length) {
        body += `\n${lines[i]}`
        if (lines[i]!.trim() === end) break
      }
    }
    commands.push({
      n: commands.length + 1,
      line: body.trim(),
      lineNumber,
      background: bare.endsWith('&') && !bare.endsWith('&&'),
    })
  }
  return commands
}
