/**
 * Checks what users will get: packs the built package, lints the tarball (publint, are-the-types-wrong), installs it in
 * an empty folder and uses every subpath from ES modules, CommonJS and TypeScript. Needs `npm run build` before.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = path.resolve(import.meta.dirname, '..')
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
const specifiers = subpaths.map((subpath) => path.posix.join(manifest.name, subpath))

const problems = []
function problem(where, text) {
  problems.push(where)
  console.error(`✗ ${where}\n${text.trim().replace(/^/gm, '  ')}`)
}

/** Runs a program and returns its output; a failure is reported under `what`. */
function run(what, command, args, cwd) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status !== 0) problem(what, `${result.error ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`)
  else console.log(`✓ ${what}`)
  return result.status === 0 ? result.stdout : undefined
}

const node = process.execPath
const bin = (name, script) => path.join(root, 'node_modules', name, script)
const folder = mkdtempSync(path.join(tmpdir(), 'kubehop-package-'))

try {
  const packed = run('npm pack', 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)
  if (packed !== undefined) await checkTarball(JSON.parse(packed))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (problems.length > 0) {
  console.error(`\nThe package is not fit to publish: ${problems.join('; ')}`)
  process.exit(1)
}

async function checkTarball(answer) {
  // npm 12 prints an object keyed by package name where earlier ones print a list.
  const [{ filename, files, size }] = Array.isArray(answer) ? answer : Object.values(answer)
  const tarball = path.join(folder, filename)
  console.log(`  ${filename}: ${files.length} files, ${Math.ceil(size / 1024)} KiB`)

  if (!checkContents(new Set(files.map((file) => file.path)))) return

  const bytes = readFileSync(tarball)
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  })
  if (messages.length === 0) console.log('✓ publint')
  else problem('publint', messages.map((message) => formatMessage(message, manifest)).join('\n'))

  // node16 leaves out only the resolution of TypeScript's `node10`, which knows no subpath exports.
  const attw = bin('@arethetypeswrong/cli', 'dist/index.js')
  run('are the types wrong', node, [attw, tarball, '--profile', 'node16', '--format', 'ascii', '--no-color'], folder)

  checkConsumer(tarball)
}

/** Everything that package.json points to is packed, and nothing that only we need. False if the build is incomplete. */
function checkContents(files) {
  const targets = []
  const collect = (value) => {
    if (typeof value === 'string') targets.push(path.posix.normalize(value))
    else for (const each of Object.values(value)) collect(each)
  }
  collect([manifest.exports, manifest.bin, manifest.main, manifest.module, manifest.types])
  const missing = [...targets, 'LICENSE', 'README.md', 'CHANGELOG.md'].filter((file) => !files.has(file))
  if (missing.length > 0) problem('missing from the tarball (npm run build?)', [...new Set(missing)].join('\n'))
  const strange = [...files].filter((file) => /^(src|test|bench|scripts|etc|\.ci)\//.test(file))
  if (strange.length > 0) problem('should not be in the tarball', strange.join('\n'))
  return missing.every((file) => !file.startsWith('dist/'))
}

/** A user's project: every subpath from ES modules, CommonJS and TypeScript in three resolutions, and the command. */
function checkConsumer(tarball) {
  const consumer = path.join(folder, 'consumer')
  const write = (name, text) => writeFileSync(path.join(consumer, name), text)
  mkdirSync(consumer)
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))

  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball]
  const fastCheck = `fast-check@${installedVersion('fast-check')}`
  if (run('npm install of the tarball', 'npm', [...install, fastCheck], consumer) === undefined) return

  const list = JSON.stringify(specifiers)
  write('names.mjs', `for (const each of ${list}) console.log(each, Object.keys(await import(each)).sort().join())`)
  write('names.cjs', `for (const each of ${list}) console.log(each, Object.keys(require(each)).sort().join())`)
  const modules = run('ES module import', node, ['names.mjs'], consumer)
  const commonJs = run('CommonJS require', node, ['names.cjs'], consumer)
  if (modules !== undefined && commonJs !== undefined && modules !== commonJs) {
    problem('ES modules and CommonJS export different names', `${modules}\n${commonJs}`)
  }
  const command = path.join('node_modules', '.bin', 'kubehop')
  const version = run('kubehop --version', path.join(consumer, command), ['--version'], consumer)
  if (version !== undefined && !version.includes(manifest.version)) problem('kubehop --version', version)

  // It is a file of its own, which must be packed and found.
  run('kubehop collect --print-script', path.join(consumer, command), ['collect', '--print-script'], consumer)

  const imports = specifiers.map((each, index) => `import * as part${index} from '${each}'`)
  const uses = `export const parts: readonly object[] = [${specifiers.map((_, index) => `part${index}`).join(', ')}]`
  const source = `${imports.join('\n')}\n${uses}\n`
  write('module.mts', source)
  write('common.cts', source)
  const tsc = bin('typescript', 'bin/tsc')
  // Our own declarations are checked too (no skipLibCheck), without Node's types (TypeScript 6 adds none by itself): they must stand alone.
  const options = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,dom']
  for (const module of ['node16', 'nodenext']) {
    const args = [tsc, 'module.mts', 'common.cts', ...options, '--module', module]
    run(`TypeScript, module ${module}`, node, args, consumer)
  }
  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler']
  run('TypeScript, bundler', node, [tsc, 'module.mts', ...options, ...bundler], consumer)
}

function installedVersion(name) {
  return JSON.parse(readFileSync(bin(name, 'package.json'), 'utf8')).version
}
