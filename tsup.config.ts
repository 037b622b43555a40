import { existsSync, rmSync } from 'node:fs'
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

export default defineConfig((flags) => {
  rmSync('dist', { recursive: true, force: true })

  // The command line shares its chunks with the ES modules.
  const modules: Options = { ...common, entry: { ...library, 'cli/main': 'src/cli/main.ts' }, format: 'esm' }
  if (flags.dts === false) return modules

  const commonJs: Options = { ...common, entry: library, format: 'cjs' }
  const types: Options = {
    ...common,
    entry: library,
    format: ['esm', 'cjs'],
    // tsup hands `baseUrl` to the compiler, which TypeScript 6 deprecates.
    dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
  }
  return [modules, commonJs, types]
})
