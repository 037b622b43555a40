import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { KubehopError } from '../packet/errors.ts'
import type { Io } from './io.ts'

const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'this is a folder',
  ENOTDIR: 'a part of this path is no folder',
}

/** What a failed system call means for the one who named the file. */
export function systemText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return SYSTEM_TEXTS[code ?? ''] ?? message
}

/**
 * A small text file, or standard input for `-`.
 *
 * @throws KubehopError `NO_FILE`
 */
export async function readText(name: string, io: Io): Promise<string> {
  if (name === '-') {
    const chunks: Uint8Array[] = []
    for await (const chunk of io.stdin) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  }
  try {
    return await readFile(path.resolve(io.cwd, name), 'utf8')
  } catch (error) {
    throw new KubehopError('NO_FILE', systemText(error), { where: { file: name } })
  }
}
