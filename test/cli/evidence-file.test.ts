import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { readEvidenceFile } from '../../src/cli/evidence-file.ts'
import type { Io } from '../../src/cli/io.ts'
import { KubehopError } from '../../src/packet/errors.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'kubehop-evidence-'))
afterAll(() => rmSync(folder, { recursive: true }))

const output = { write: () => {}, isTerminal: false }
const io = (...stdin: Buffer[]): Io => ({
  stdin: (async function* () {
    yield* stdin
  })(),
  stdout: output,
  stderr: output,
  env: {},
  cwd: folder,
})
const read = (octets: Buffer, limit?: number) =>
  readEvidenceFile('-', io(octets.subarray(0, 5), octets.subarray(5)), limit)
const codeOf = (work: Promise<unknown>) =>
  work.then(String, (error) => (error instanceof KubehopError ? error.code : error))

const TEXT = '*filter\n# café\nCOMMIT\n'

describe('a file of evidence', () => {
  it('is text, packed or not', async () => {
    writeFileSync(path.join(folder, 'dump.gz'), gzipSync(TEXT))
    expect(await readEvidenceFile('dump.gz', io())).toBe(TEXT)
    expect(await read(Buffer.from(TEXT))).toBe(TEXT)
    expect(await read(Buffer.concat([gzipSync('*filter\n'), gzipSync('COMMIT\n')]))).toBe('*filter\nCOMMIT\n')
    expect(await read(Buffer.from(''))).toBe('')
  })

  it('of Windows, too', async () => {
    expect(await read(Buffer.from(`\ufeff${TEXT}`))).toBe(TEXT)
    expect(await read(Buffer.from(`\ufeff${TEXT}`, 'utf16le'))).toBe(TEXT)
    expect(await read(Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16())).toBe(TEXT)
  })

  it('is refused when it is too large, broken, not there, or no text', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000, 'a'))
    expect(bomb.length).toBeLessThan(10_000)
    expect(await codeOf(read(bomb, 10_000))).toBe('TOO_LARGE')
    expect(await codeOf(read(Buffer.alloc(20_000, 'a'), 10_000))).toBe('TOO_LARGE')
    expect(await codeOf(read(gzipSync(TEXT).subarray(0, 20)))).toBe('BAD_GZIP')
    expect(await codeOf(read(Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6])))).toBe('BAD_GZIP')
    expect(await codeOf(readEvidenceFile('nowhere', io()))).toBe('NO_FILE')
    expect(await codeOf(readEvidenceFile('.', io()))).toBe('NO_FILE')
    expect(await codeOf(read(Buffer.from('\x7fELF\0\0\0')))).toBe('NO_TEXT')
  })
})
