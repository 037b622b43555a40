import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { dockerWorld, Session } from '../../src/console/index.ts'
import { dockerApi, type Run } from '../support/docker-api.ts'

/*
 * What docker's own command line prints of the simulated host, byte for byte: tables, templates, ports, complaints. What it has printed is stored; where
 * docker 28.2 is installed (no daemon is needed), it is asked again. `UPDATE_DOCKER_CLI=1 npx vitest run test/console/docker-cli.test.ts` stores anew.
 */

const FILE = 'test/console/docker-cli.json'

interface Printed {
  readonly line: string
  readonly code: number
  readonly out: string
  readonly err: string
}

const SETUP = [
  'docker network create app',
  'docker network create --internal back',
  'docker network create --label tier=lab -o com.docker.network.bridge.name=br-my my',
  'docker run -d --name web --network app -p 8080:80 --label tier=front nginx',
  'docker run -d --name range -p 8000-8002:80-82 -p 53:53/udp -p 443:443 -p 444:444 x nc -l -k -p 8000',
  "docker run -d --name lo -p 127.0.0.1:7070:80 --expose 9000-9002 --expose 53/udp busybox sh -c 'nc -l -k -p 80'",
  'docker run -d --name none --network none x',
  'docker run -d --name two -p 9000:80 -p 9001:80 x',
  'docker create --name made nginx',
]

function simulated(): Run {
  const stdout = new TextOutput()
  const stderr = new TextOutput()
  const session = new Session(dockerWorld(), { stdout, stderr })
  const run: Run = (line) => {
    stdout.text = ''
    stderr.text = ''
    return { code: session.run(line), out: stdout.text, err: stderr.text }
  }
  for (const line of SETUP) expect(run(line).err).toBe('')
  return run
}

const stored: readonly Printed[] = JSON.parse(readFileSync(FILE, 'utf8'))

describe('docker prints what docker’s own command line prints', () => {
  let run: Run
  beforeAll(() => {
    run = simulated()
  })
  it.each(stored)('$line', ({ line, ...printed }) => {
    expect(run(line)).toEqual(printed)
  })
})

const version = spawnSync('docker', ['--version'], { encoding: 'utf8' }).stdout ?? ''

describe.runIf(version.startsWith('Docker version 28.2.'))('docker’s own command line', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'docker-cli-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('prints what is stored', { timeout: 60_000 }, async () => {
    const socket = join(folder, 'docker.sock')
    const server = await dockerApi(simulated(), socket)
    const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: folder }
    const printed: Printed[] = []
    try {
      for (const { line } of stored) printed.push(await ask(line, env))
    } finally {
      server.close()
    }
    if (process.env.UPDATE_DOCKER_CLI === '1') writeFileSync(FILE, `${JSON.stringify(printed, null, 2)}\n`)
    else expect(printed).toEqual(stored)
  })
})

async function ask(line: string, env: NodeJS.ProcessEnv): Promise<Printed> {
  return await new Promise((resolve) => {
    const shell = spawn('bash', ['-c', `timeout 10 ${line}`], { env })
    let out = ''
    let err = ''
    shell.stdout.on('data', (data) => {
      out += data
    })
    shell.stderr.on('data', (data) => {
      err += data
    })
    shell.on('close', (code) => resolve({ line, code: code ?? -1, out, err }))
  })
}
