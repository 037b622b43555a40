import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { shellPrograms } from '../../src/cli/shell/shell-programs.ts'
import { Cluster, type ClusterOptions } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { dockerWorld, Session } from '../../src/console/index.ts'
import { type Fence, fencesOf } from './markdown.ts'

/*
 * The handbook, and that of Docker, are sessions at the prompt of `kubehop shell`: each `console` block goes on where the one before it ended, and what it shows is
 * what is printed. `kubehop shell …` in an `sh` block opens a new session. `UPDATE_DOCS=1 npx vitest run test/docs` writes new outputs.
 */
const FILES = ['docs/handbook.md', 'docs/docker.md']
const PROMPT = /^(\S+)# (.*)$/
const UPDATE = process.env.UPDATE_DOCS === '1'

interface Chapter {
  readonly file: string
  /** How its session is opened. */
  readonly command: string
  readonly blocks: readonly Fence[]
}

const chapters: Chapter[] = []
for (const file of FILES) {
  for (const fence of fencesOf(readFileSync(file, 'utf8'))) {
    const command = fence.content.trim()
    if (fence.language === 'sh' && command.startsWith('kubehop shell ')) chapters.push({ file, command, blocks: [] })
    if (fence.language === 'console') (chapters.at(-1)!.blocks as Fence[]).push(fence)
  }
}

/** The lines that a block shows as typed. */
function typed(block: Fence): string[] {
  return block.content.split('\n').flatMap((row) => PROMPT.exec(row)?.[2] ?? [])
}

/** A session as `kubehop shell` opens it; it prints as to a terminal. */
function open(command: string) {
  const words = command.split(' ')
  const optionOf = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
  const bridge = optionOf('--bridge') as ClusterOptions['bridge']
  const world = words.includes('--docker')
    ? dockerWorld()
    : Cluster.fromManifests(readFileSync(optionOf('-f')!, 'utf8'), bridge === undefined ? {} : { bridge })
  const screen = Object.assign(new TextOutput(), { isTerminal: true })
  const io = { stdin: (async function* () {})(), stdout: screen, stderr: screen, env: { NO_COLOR: '1' }, cwd: '.' }
  const session: Session = new Session(world, {
    stdout: screen,
    stderr: screen,
    programs: shellPrograms(() => session, io),
  })
  return { session, screen }
}

/** What a block looks like when its lines are typed. */
function shownBy({ session, screen }: ReturnType<typeof open>, block: Fence): string {
  return typed(block)
    .map((line) => {
      screen.text = ''
      const prompt = session.place.name
      session.run(line)
      return `${prompt}# ${line}\n${screen.text}`
    })
    .join('')
}

describe.each(chapters)('$file: $command', ({ file, command, blocks }) => {
  it(`prints what ${file} shows`, () => {
    const opened = open(command)
    const shown = blocks.map((block) => shownBy(opened, block))
    if (UPDATE) update(file, blocks, shown)
    else expect(shown).toEqual(blocks.map(({ content }) => content))
  })
})

it('every line of the handbook is typed by somebody', () => {
  const lines = chapters.flatMap(({ blocks }) => blocks.flatMap(typed))
  expect(lines.length).toBeGreaterThan(30)
})

function update(file: string, blocks: readonly Fence[], shown: readonly string[]): void {
  let now = readFileSync(file, 'utf8')
  blocks.forEach(({ content }, i) => {
    now = now.replace(`\`\`\`console\n${content}`, () => `\`\`\`console\n${shown[i]}`)
  })
  writeFileSync(file, now)
}
