import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundledShop } from '../../src/cli/package-root.ts'
import type { Snapshot } from '../../src/snapshot/index.ts'
import type { TraceData } from '../../src/trace/index.ts'
import { cli } from './support.ts'

let cwd: string
let whole: Snapshot

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'kubehop-'))
  writeFileSync(path.join(cwd, 'shop.yaml'), bundledShop().content)
  const { code, out } = await cli('export -f shop.yaml -o snapshot', { cwd })
  expect(code).toBe(0)
  whole = JSON.parse(out) as Snapshot
  for (const host of whole.hosts) {
    const file = JSON.stringify({ ...whole, hosts: [host] })
    writeFileSync(path.join(cwd, `${host.name}.json`), file)
    writeFileSync(path.join(cwd, `${host.name}.json.gz`), gzipSync(file))
  }
})

afterAll(() => rmSync(cwd, { recursive: true }))

const trace = (words: string) => cli(`trace ${words}`, { cwd })
const BOTH = '--snapshot node-1.json --snapshot node-2.json.gz'

describe('trace --snapshot', () => {
  it('follows a packet between hosts that were recorded one by one', async () => {
    const { code, out } = await trace(`${BOTH} deploy/frontend svc/cartservice:7070 -o json`)
    expect(code).toBe(0)
    const data = JSON.parse(out) as TraceData
    expect(data.disposition).toBe('delivered')
    expect(data.hops.map(({ netns }) => netns)).toContain('underlay')
  })

  it('resolves names by manifests, too', async () => {
    expect((await trace(`${BOTH} -f shop.yaml deploy/frontend svc/cartservice:grpc --detail minimal`)).code).toBe(0)
  })

  it('reads standard input, and knows all options of a trace', async () => {
    const words = 'trace --snapshot - deploy/frontend svc/catalog:80 --all-branches --source-port 4000 -o json'
    const { code, out } = await cli(words, { stdin: JSON.stringify(whole), cwd })
    expect(code).toBe(0)
    expect((JSON.parse(out) as TraceData).branches!.length).toBeGreaterThan(1)
  })

  it('says what is wrong', async () => {
    const said = async (words: string) => {
      const { code, err } = await trace(words)
      return `${code} ${err}`
    }
    expect(await said(`${BOTH} nobody 10.0.0.1`)).toMatch(/^2 error: there is no namespace, pod or container "nobody"/)
    expect(await said('--snapshot shop.yaml node-1 10.0.0.1')).toMatch(/^2 error: shop\.yaml:1: this is not JSON/)
    expect(await said('--snapshot none.json node-1 10.0.0.1')).toMatch(/^2 error: none\.json: there is no such file/)
    expect(await said(`${BOTH} --at node/node-1 1.2.3.4 10.0.0.1`)).toMatch(
      /^2 error: --at is not about recorded hosts/,
    )
    expect(await said(`${BOTH} --bridge cni0 node-1 10.0.0.1`)).toMatch(
      /^2 error: --bridge is not about recorded hosts/,
    )
    expect(await said('-f shop.yaml --no-connections deploy/frontend svc/catalog')).toMatch(
      /^2 error: --no-connections/,
    )
  })
})

describe('run -o snapshot', () => {
  it('records the machine that a script leaves behind', async () => {
    const { code, out } = await cli('run - -o snapshot', { stdin: 'ip netns add a\n' })
    expect(code).toBe(0)
    expect((JSON.parse(out) as Snapshot).hosts[0]!.namespaces.map(({ names }) => names)).toEqual([undefined, ['a']])
  })
})
