import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Io } from '../io.ts'

/** Where the lines of earlier sessions are kept (XDG Base Directory Specification); undefined where nobody has a home. */
function fileOf({ XDG_STATE_HOME, HOME }: Io['env']): string | undefined {
  const folder = XDG_STATE_HOME || (HOME ? path.join(HOME, '.local', 'state') : undefined)
  return folder === undefined ? undefined : path.join(folder, 'kubehop', 'history')
}

/** The lines of earlier sessions, the youngest first. */
export async function readHistory(env: Io['env']): Promise<string[]> {
  const file = fileOf(env)
  if (file === undefined) return []
  try {
    return (await readFile(file, 'utf8')).split('\n').filter(Boolean).reverse()
  } catch {
    return []
  }
}

/** Keeps them for the next session. Where that is not possible there is no history, and that is all. */
export async function writeHistory(env: Io['env'], lines: readonly string[]): Promise<void> {
  const file = fileOf(env)
  if (file === undefined) return
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `${[...lines].reverse().join('\n')}\n`, { mode: 0o600 })
  } catch {}
}
