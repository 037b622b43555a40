import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'
import manifest from './package.json' with { type: 'json' }

/** Every subpath in package.json's `exports`, as tsup wants it: `packet/index` → `src/packet/index.ts`. */
const library = Object.fromEntries(
  Object.values(manifest.exports)
    .filter((target) => typeof target === 'object')
    .map((target) => target.import.default.replace(/^\.\/dist\/(.*)\.js$/, '$1'))
    .map((name) => [name, `src/${name}.ts`])
    .filter(([, source]) => existsSync(source as string)),
) as Record<string, string>

const common: Options = {
  outDir: 'dist',
  target: 'node20',
  platform: 'node',
  splitting: true,
  treeshake: false,
  minify: false,
  removeNodeProtocol: false,
  silent: true,
}

/**
 * The command starts in a fraction of the time when it is one bundle with its dependencies: loading the packages costs more than a trace.
 * Their licences go along. `yaml` comes as its ES modules, for the CommonJS ones are many small files.
 */
const BUNDLED = Object.keys(manifest.dependencies)

const command: Options = {
  ...common,
  entry: { 'cli/main': 'src/cli/main.ts' },
  format: 'esm',
  noExternal: BUNDLED,
  minifyWhitespace: true,
  // for those that are CommonJS
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  esbuildOptions(options) {
    options.alias = { yaml: './node_modules/yaml/browser/index.js' }
  },
  async onSuccess() {
    // beside the chunks, where src/collect/script.ts looks for it
    copyFileSync('src/collect/collect.sh', 'dist/collect.sh')
    writeFileSync('dist/cli/LICENSES.txt', BUNDLED.map(licenceOf).join('\n\n'))
  },
}

function licenceOf(name: string): string {
  const folder = `node_modules/${name}`
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${name} has no licence file`)
  return `${name}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`
}

export default defineConfig((flags) => {
  rmSync('dist', { recursive: true, force: true })

  if (flags.dts === false) return command

  const modules: Options = { ...common, entry: library, format: 'esm' }
  const commonJs: Options = { ...common, entry: library, format: 'cjs' }
  const types: Options = {
    ...common,
    entry: library,
    format: ['esm', 'cjs'],
    // tsup hands `baseUrl` to the compiler, which TypeScript 6 deprecates.
    dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
  }
  return [modules, commonJs, types, command]
})
