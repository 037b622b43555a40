/**
 * Writes `etc/kubehop.api.md`: every public name of every subpath with its declaration, so that a change of the public
 * face shows up as a text diff. With `--check` it compares instead, and fails on a difference.
 *
 * A declaration is printed once, under the folder that owns it; `kubehop` and `kubehop/kernel` then only list names.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

const REPORT = 'etc/kubehop.api.md'
const root = path.resolve(import.meta.dirname, '..')
process.chdir(root)

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** Subpath (`kubehop/packet`) and source file, folders before the files that gather them. */
const entries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([subpath, target]) => ({
    name: path.posix.join(manifest.name, subpath),
    source: target.import.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts'),
  }))
  .filter(({ source }) => existsSync(source))
  .sort((a, b) => depth(b.source) - depth(a.source))

function depth(source) {
  return source.split('/').length > 2 ? 2 : source === 'src/index.ts' ? 0 : 1
}

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
const program = ts.createProgram(
  entries.map(({ source }) => source),
  {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    removeComments: true,
    stripInternal: true,
  },
)
const checker = program.getTypeChecker()
const printer = ts.createPrinter({ removeComments: true })

/** The declarations that the compiler would emit for a source file, by declared name; made on demand. */
const emitted = new Map()
function declarationsOf(sourceFile) {
  let byName = emitted.get(sourceFile.fileName)
  if (byName === undefined) {
    byName = new Map()
    emitted.set(sourceFile.fileName, byName)
    let text = ''
    program.emit(sourceFile, (_, content) => {
      text = content
    })
    const file = ts.createSourceFile('declarations.d.ts', text, ts.ScriptTarget.Latest, true)
    for (const statement of file.statements) {
      const names = ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map((declaration) => declaration.name.getText(file))
        : statement.name !== undefined
          ? [statement.name.getText(file)]
          : []
      const printed = printer.printNode(ts.EmitHint.Unspecified, statement, file).replace(/^export (declare )?/, '')
      for (const name of names) byName.set(name, [...(byName.get(name) ?? []), printed])
    }
  }
  return byName
}

/** The text of a public name: its declaration, or what it stands for where it has none of its own. */
function describe(symbol) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const [declaration] = target.declarations ?? []
  if (declaration === undefined) return `${symbol.name}: (unresolved)`
  const file = declaration.getSourceFile()
  if (ts.isSourceFile(declaration)) return `namespace ${symbol.name} = ${path.relative(root, file.fileName)}`
  if (program.isSourceFileFromExternalLibrary(file)) return `${symbol.name} (from a package)`
  const texts = declarationsOf(file).get(target.name)
  if (texts === undefined) throw new Error(`No declaration of ${symbol.name} found in ${file.fileName}`)
  const text = texts.join('\n')
  return symbol.name === target.name ? text : `${text}\n// exported as ${symbol.name}`
}

const lines = [
  '# The public names of kubehop',
  '',
  'Written by `npm run api`. A change here is a change of what users see: it belongs in the changelog.',
]
const owners = new Map()
for (const { name, source } of entries) {
  const file = program.getSourceFile(source)
  const module = file && checker.getSymbolAtLocation(file)
  lines.push('', `## ${name}`, '')
  if (module === undefined) {
    lines.push('No exports.')
    continue
  }
  const seen = new Map()
  const own = []
  const exported = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const symbol of exported) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const owner = owners.get(target)
    if (owner === undefined) {
      owners.set(target, name)
      own.push(describe(symbol))
    } else {
      seen.set(owner, [...(seen.get(owner) ?? []), symbol.name])
    }
  }
  if (own.length > 0) lines.push('```ts', own.join('\n\n'), '```')
  for (const [owner, names] of seen) lines.push('', `From \`${owner}\`:`, '', ...names.map((each) => `- ${each}`))
}

const report = `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`
if (process.argv.includes('--check')) {
  const before = existsSync(REPORT) ? readFileSync(REPORT, 'utf8') : ''
  if (before !== report) {
    const [old, now] = [before.split('\n'), report.split('\n')]
    const [oldSet, nowSet] = [new Set(old), new Set(now)]
    for (const line of old) if (!nowSet.has(line)) console.error(`- ${line}`)
    for (const line of now) if (!oldSet.has(line)) console.error(`+ ${line}`)
    console.error(`\n${REPORT} does not match the source. If the change is meant: npm run api`)
    process.exit(1)
  }
} else {
  mkdirSync(path.dirname(REPORT), { recursive: true })
  writeFileSync(REPORT, report)
}
