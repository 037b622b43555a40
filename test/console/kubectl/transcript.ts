import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Cluster } from '../../../src/cluster/index.ts'

/*
 * What a real kubectl says about the objects beside this file, when kubehop's own answers stand behind it (api-server.ts): `npx tsx test/console/kubectl/record.ts`
 * writes it, with the kubectl of the machine.
 */

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

export const TRANSCRIPT = pathOf('real.txt')

export function objectsText(): string {
  return readFileSync(pathOf('objects.yaml'), 'utf8')
}

export function objectsCluster(): Cluster {
  return Cluster.fromManifests(objectsText())
}

export function commands(): string[] {
  return readFileSync(pathOf('commands.txt'), 'utf8').trimEnd().split('\n')
}

/** A command as it stands in the transcript. What it says on standard error is marked. */
export function entry(command: string, { code, out, err }: { code: number; out: string; err: string }): string {
  const marked = err === '' ? '' : err.replace(/\n?$/, '\n').replace(/^/gm, '! ').replace(/! $/, '')
  return `$ ${command}\n${out}${marked}[${code}]\n`
}
