import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { serve } from './api-server.ts'
import { commands, entry, objectsCluster, TRANSCRIPT } from './transcript.ts'

const home = mkdtempSync(path.join(tmpdir(), 'kubectl-'))
const { server, url } = await serve(objectsCluster())
const config = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'a', cluster: { server: url } }],
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  users: [{ name: 'a', user: {} }],
  'current-context': 'a',
}
const KUBECONFIG = path.join(home, 'config')
writeFileSync(KUBECONFIG, JSON.stringify(config))

function run(command: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG }
    execFile('bash', ['-c', command], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

try {
  const entries: string[] = []
  for (const command of commands()) entries.push(entry(command, await run(command)))
  writeFileSync(TRANSCRIPT, entries.join(''))
} finally {
  server.close()
  rmSync(home, { recursive: true })
}
