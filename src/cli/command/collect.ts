import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGzip } from 'node:zlib'
import { type Collection, collect, collectObstacle, collectorScript } from '../../collect/index.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { Call } from '../call.ts'
import { ExitCode } from '../failure.ts'
import { systemText } from '../files.ts'
import type { Output } from '../io.ts'
import { UsageError } from '../usage-error.ts'

/** The real host, as far as collecting is concerned. */
export interface Host {
  /** Why nothing can be collected here, or null. */
  collectObstacle(): string | null
  collect(tell: (line: string) => void): Collection
}

/** `kubehop collect` */
export function run(call: Call): Promise<number> {
  return collectFrom({ collectObstacle, collect }, call)
}

/** Writes a host's snapshot, or the script that makes one. */
export async function collectFrom(host: Host, call: Call): Promise<number> {
  const { io } = call
  const name = call.text('output')
  if (call.has('print-script')) {
    if (name !== undefined) throw new UsageError('--print-script and -o do not go together')
    io.stdout.write(collectorScript())
    return ExitCode.OK
  }
  const obstacle = host.collectObstacle()
  if (obstacle !== null) {
    throw new KubehopError('COLLECT_UNSUPPORTED', obstacle, {
      hint: 'on another host: kubehop collect --print-script | ssh root@HOST sh > HOST.json',
    })
  }
  const collectTo = async (to: NodeJS.WritableStream, packed: boolean): Promise<void> => {
    const { output, done } = host.collect((line) => io.stderr.write(`${line}\n`))
    await settle(done, packed ? pipeline(output, createGzip(), to) : pipeline(output, to))
  }
  if (name === undefined || name === '-') await collectTo(writableOf(io.stdout), false)
  else await writeFile(path.resolve(io.cwd, name), name, collectTo)
  return ExitCode.OK
}

/** Both must end before anything is thrown. Only a file that cannot be written says more than the collector's failure, which ends its output. */
async function settle(done: Promise<void>, written: Promise<void>): Promise<void> {
  const [collected, wrote] = await Promise.allSettled([done, written])
  if (wrote.status === 'rejected' && isSystemError(wrote.reason)) throw wrote.reason
  if (collected.status === 'rejected') throw collected.reason
  if (wrote.status === 'rejected') throw wrote.reason
}

/** A file that stood there stays until the new one is complete. */
async function writeFile(
  file: string,
  name: string,
  collectTo: (to: NodeJS.WritableStream, packed: boolean) => Promise<void>,
): Promise<void> {
  try {
    const target = await realpath(file).catch(() => file)
    const there = await stat(target).catch(() => null)
    // a device or a pipe is written to, not replaced; a folder is refused by open
    const isFile = there === null || there.isFile()
    const draft = isFile ? `${target}.part` : target
    // before anything is collected
    const handle = await open(draft, 'w')
    try {
      await collectTo(handle.createWriteStream(), name.endsWith('.gz'))
      if (isFile) await rename(draft, target)
    } catch (error) {
      if (isFile) await rm(draft, { force: true })
      throw error
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new KubehopError('NO_FILE', systemText(error), { where: { file: name } })
  }
}

function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

function writableOf(output: Output): Writable {
  const decoder = new StringDecoder('utf8')
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      output.write(decoder.write(chunk))
      done()
    },
  })
}
