import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { cli } from '../cli/support.ts'
import { fencesOf, shownCommands } from './markdown.ts'

/**
 * What README.md and docs/*.md show is what happens. `ts` blocks run; an expression with a literal in the comment behind it has that value. Where an `sh` block with one
 * kubehop command is followed by a block of output, the command prints just that. `UPDATE_DOCS=1 npx vitest run test/docs` writes new outputs into the files.
 */
const FILES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const UPDATE = process.env.UPDATE_DOCS === '1'

/** The package's subpaths, as the source files that they are built from. */
const SUBPATHS: ReadonlyMap<string, string> = new Map(
  Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { exports: object }).exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => [
      `kubehop${subpath.slice(1)}`,
      subpath === '.' ? 'src/index.ts' : subpath === './kernel' ? 'src/kernel.ts' : `src${subpath.slice(1)}/index.ts`,
    ]),
)

const isShowing = (file: string): boolean => {
  const text = readFileSync(file, 'utf8')
  return shownCommands(text).length > 0 || fencesOf(text).some(({ language }) => language === 'ts')
}

describe.each(FILES.filter(isShowing))('%s', { timeout: 30_000 }, (file) => {
  const text = readFileSync(file, 'utf8')
  const snippets = fencesOf(text).filter(({ language }) => language === 'ts')
  const commands = shownCommands(text)

  it.each(snippets)('line $line runs', async ({ content }) => {
    await runSnippet(content)
  })

  it.each(commands)('$command', async ({ command, output }) => {
    const printed = await runCommand(command)
    if (UPDATE) update(file, command, printed)
    else expect(output.content).toBe(printed)
  })
})

it('every snippet has right types', { timeout: 120_000 }, () => {
  const sources = new Map(
    FILES.flatMap((file) =>
      fencesOf(readFileSync(file, 'utf8'))
        .filter(({ language }) => language === 'ts')
        .map(
          ({ content, line }) =>
            [`${process.cwd()}/test/docs/${file.replaceAll('/', '-')}-${line}.ts`, content] as const,
        ),
    ),
  )
  expect(problemsOf(sources)).toEqual([])
})

const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>

/** Runs a snippet as a module whose imports are the source. What it prints is not looked at. */
async function runSnippet(content: string): Promise<void> {
  const script = ts.transpile(content, {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  })
  const modules = new Map<string, unknown>()
  const body = script
    .replace(/^import \{([^}]*)\} from '([^']+)';?$/gm, (_, names: string, specifier: string) => {
      modules.set(specifier, null)
      return `const {${names.replaceAll(' as ', ': ')}} = modules.get('${specifier}')`
    })
    // an expression with a literal behind it: `trace.disposition // 'delivered'`
    .replace(/^([\w.]+(?:\(.*\))?);? \/\/ (['"[{\d].*|true|false|null)$/gm, 'check($1, $2)')
  for (const specifier of modules.keys()) modules.set(specifier, await importSource(specifier))
  const quiet = { log: () => {} }
  const check = (value: unknown, shown: unknown): void => expect(value).toEqual(shown)
  await new AsyncFunction('modules', 'console', 'check', body)(modules, quiet, check)
}

async function importSource(specifier: string): Promise<unknown> {
  if (specifier.startsWith('node:')) return await import(/* @vite-ignore */ specifier)
  const source = SUBPATHS.get(specifier)
  if (source === undefined) throw new Error(`the snippet imports ${specifier}, which is no part of the package`)
  return await import(/* @vite-ignore */ `../../${source}`)
}

/** What a command prints, through the filters behind it: `kubehop … | grep -v supposed`. */
async function runCommand(line: string): Promise<string> {
  const [first = '', ...filters] = line.split(' | ')
  const { out, err } = await cli(first.split(' ').slice(1))
  expect(err).toBe('')
  if (filters.length === 0) return out
  const { stdout, stderr } = spawnSync('sh', ['-c', filters.join(' | ')], { input: out, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout
}

/** Writes what a command prints now below it. */
function update(file: string, command: string, printed: string): void {
  const text = readFileSync(file, 'utf8')
  const shown = shownCommands(text).find((each) => each.command === command)
  if (shown !== undefined)
    writeFileSync(file, text.slice(0, shown.output.start) + printed + text.slice(shown.output.end))
}

function problemsOf(sources: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: { compilerOptions: object } }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd())
  const paths = Object.fromEntries([...SUBPATHS].map(([specifier, source]) => [specifier, [`./${source}`]]))
  const host = ts.createCompilerHost({ ...options, paths })
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => sources.has(name) || fileExists(name)
  host.readFile = (name) => sources.get(name) ?? readFile(name)
  host.getSourceFile = (name, language) => {
    const source = sources.get(name)
    return source === undefined ? getSourceFile(name, language) : ts.createSourceFile(name, source, language)
  }
  const program = ts.createProgram([...sources.keys()], { ...options, paths, noUnusedLocals: false }, host)
  return [...sources.keys()].flatMap((name) => {
    const file = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText, start }) => {
        const line = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1
        return `${name.slice(name.lastIndexOf('/') + 1)}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      },
    )
  })
}
