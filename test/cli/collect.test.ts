import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Call } from '../../src/cli/call.ts'
import { collectFrom, type Host } from '../../src/cli/command/collect.ts'
import { collectorScript } from '../../src/collect/index.ts'
import { KubehopError } from '../../src/packet/errors.ts'
import { cli } from './support.ts'

const SNAPSHOT = '{"format":"kubehop-snapshot","name":"Zoë"}\n'

/** A host that tells this, in pieces of one octet. */
function hostThatTells(text: string, failure?: KubehopError): Host {
  return {
    collectObstacle: () => null,
    collect: (tell) => {
      tell('kubehop collect: 3 namespaces')
      const output = Readable.from([...Buffer.from(text)].map((octet) => Buffer.from([octet])))
      const done = failure === undefined ? Promise.resolve() : Promise.reject(failure)
      done.catch(() => {})
      return { output, done }
    },
  }
}

describe('kubehop collect', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubehop-collect-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name))
  })

  async function collect(host: Host, options: Record<string, string>) {
    const said = { out: '', err: '' }
    const output = (name: 'out' | 'err') => ({
      write: (text: string) => {
        said[name] += text
      },
      isTerminal: false,
    })
    const io = { stdin: (async function* () {})(), stdout: output('out'), stderr: output('err'), env: {}, cwd: folder }
    const values = new Map(Object.entries(options).map(([name, value]) => [name, [value]]))
    const code = await collectFrom(host, new Call(io, values, []))
    return { code, ...said }
  }

  it('prints the script', async () => {
    expect(await cli('collect --print-script')).toEqual({ code: 0, out: collectorScript(), err: '' })
    const both = await cli('collect --print-script -o a.json')
    expect(both).toMatchObject({ code: 2, out: '' })
    expect(both.err).toContain('--print-script and -o do not go together')
  })

  it('says where it cannot collect, and what else can be done', async () => {
    const host = { ...hostThatTells(SNAPSHOT), collectObstacle: () => 'collecting needs Linux' }
    await expect(collect(host, {})).rejects.toMatchObject({
      code: 'COLLECT_UNSUPPORTED',
      message:
        'collecting needs Linux (on another host: kubehop collect --print-script | ssh root@HOST sh > HOST.json)',
    })
  })

  it.each([{}, { output: '-' }])('writes to standard output: %j', async (options) => {
    expect(await collect(hostThatTells(SNAPSHOT), options)).toEqual({
      code: 0,
      out: SNAPSHOT,
      err: 'kubehop collect: 3 namespaces\n',
    })
  })

  it('writes a file, in place of an older one', async () => {
    writeFileSync(path.join(folder, 'node.json'), 'old')
    expect(await collect(hostThatTells(SNAPSHOT), { output: 'node.json' })).toMatchObject({ code: 0, out: '' })
    expect(readFileSync(path.join(folder, 'node.json'), 'utf8')).toBe(SNAPSHOT)
    expect(readdirSync(folder)).toEqual(['node.json'])
  })

  it('compresses it when it is called so', async () => {
    await collect(hostThatTells(SNAPSHOT), { output: 'node.json.gz' })
    expect(gunzipSync(readFileSync(path.join(folder, 'node.json.gz'))).toString()).toBe(SNAPSHOT)
  })

  it('leaves the older file when it fails', async () => {
    writeFileSync(path.join(folder, 'node.json'), 'old')
    const failure = new KubehopError('COLLECT_FAILED', 'the collector failed')
    await expect(collect(hostThatTells('{"format', failure), { output: 'node.json' })).rejects.toBe(failure)
    expect(readFileSync(path.join(folder, 'node.json'), 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['node.json'])
  })

  it('writes no file where none can be, and then asks nobody', async () => {
    const host: Host = {
      collectObstacle: () => null,
      collect: () => {
        throw new Error('asked')
      },
    }
    await expect(collect(host, { output: 'no/node.json' })).rejects.toMatchObject({
      code: 'NO_FILE',
      message: 'no/node.json: there is no such file or folder',
    })
    await expect(collect(host, { output: '.' })).rejects.toMatchObject({ code: 'NO_FILE' })
    expect(readdirSync(folder)).toEqual([])
  })
})
