import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package. How deep below it this module lies depends on how it was built. */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url))
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder)
    if (above === folder) throw new Error('the folder of the package is not found')
    folder = above
  }
  return folder
}

/** The package's version, as package.json has it. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'))
  return (manifest as { version: string }).version
}

/** The bundled example application: its name and text. */
export function bundledShop(): { readonly name: string; readonly content: string } {
  return { name: 'shop.yaml', content: readFileSync(path.join(packageRoot(), 'examples', 'shop.yaml'), 'utf8') }
}
