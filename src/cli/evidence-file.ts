import { createReadStream } from 'node:fs'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { KubehopError } from '../packet/errors.ts'
import { systemText } from './files.ts'
import type { Io } from './io.ts'

/** What a file may come to when it is unpacked: more than ten times what the largest hosts print. */
const MAX_OCTETS = 256 * 1024 * 1024
const MEBIBYTE = 1024 * 1024

/**
 * The text of a snapshot or a dump, from a file or, for `-`, from standard input; what gzip has packed is unpacked. It may be in UTF-8, or in UTF-16
 * with its mark, as Windows writes it.
 *
 * @param limit octets of the file, and of what it comes to unpacked
 * @throws KubehopError `NO_FILE`, `TOO_LARGE`, `BAD_GZIP`, or `NO_TEXT` for what is no text
 */
export async function readEvidenceFile(name: string, io: Io, limit: number = MAX_OCTETS): Promise<string> {
  const source: AsyncIterable<Uint8Array> = name === '-' ? io.stdin : createReadStream(path.resolve(io.cwd, name))
  const where = { file: name }
  let octets: Buffer
  try {
    octets = await collect(source, limit, name)
  } catch (error) {
    if (error instanceof KubehopError) throw error
    throw new KubehopError('NO_FILE', systemText(error), { where })
  }
  if (octets[0] === 0x1f && octets[1] === 0x8b) octets = await unpack(octets, limit, name)
  const text = decode(octets)
  // somewhere in its beginning a binary file has a NUL
  if (text.slice(0, MEBIBYTE).includes('\0')) {
    throw new KubehopError('NO_TEXT', 'this is no text', { where, hint: 'give what the tools print, or a snapshot' })
  }
  return text
}

async function collect(source: AsyncIterable<Uint8Array>, limit: number, file: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    length += chunk.length
    if (length > limit) {
      throw new KubehopError('TOO_LARGE', `more than ${Math.floor(limit / MEBIBYTE)} MiB`, { where: { file } })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function unpack(packed: Buffer, limit: number, file: string): Promise<Buffer> {
  const gunzip = createGunzip()
  gunzip.end(packed)
  try {
    return await collect(gunzip, limit, file)
  } catch (error) {
    if (error instanceof KubehopError) throw error
    throw new KubehopError('BAD_GZIP', `gzip: ${(error as Error).message}`, { where: { file } })
  } finally {
    gunzip.destroy()
  }
}

function decode(octets: Buffer): string {
  if (octets[0] === 0xff && octets[1] === 0xfe) return new TextDecoder('utf-16le').decode(octets)
  if (octets[0] === 0xfe && octets[1] === 0xff) return new TextDecoder('utf-16be').decode(octets)
  return new TextDecoder('utf-8').decode(octets)
}
