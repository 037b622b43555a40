import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/index.ts'
import { exportScript } from '../../src/commands/export/script.ts'
import {
  DIRECTIONS,
  type Direction,
  PORT,
  podsCluster,
  SETTINGS,
  type Seen,
  SOURCE_PORT,
  simulated,
} from '../docs/directions.ts'

// Who is translated on the way from pods and nodes to pods and nodes: docs/network-model.md says it, the kernel decides it. The cluster is written out as
// a script, built in real namespaces, and asked with nc.

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const hasTools = isRoot && ['nfacct', 'ip', 'iptables-restore'].every((tool) => spawnSync('which', [tool]).status === 0)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'network-model-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe
  .runIf(hasTools)
  .each([
    ...SETTINGS,
    { title: '--ip-masq, docker0, vxlan', bridge: 'docker0', backend: 'vxlan', ipMasq: true } as const,
    { title: '--ip-masq, docker0, host-gw', bridge: 'docker0', backend: 'host-gw', ipMasq: true } as const,
  ])('$title', (setting) => {
  it('the kernel translates what kubehop says', () => {
    const cluster = podsCluster(setting)
    const seen = onTheKernel(cluster)
    for (const [index, direction] of DIRECTIONS.entries()) {
      const { address, isDrawn } = simulated(cluster, direction)
      expect(seen[index], direction.title).toEqual({ address, isDrawn })
    }
  })
})

const netnsOf = (place: string): string => place.replace('pod/', 'default.').replace('node/', '')

function addressOf(cluster: Cluster, { to }: Direction): string {
  const trace = cluster.trace({ from: 'external', to, protocol: 'icmp' })
  return trace.data.to.address
}

/** Builds the cluster for real, sends one connection in each direction, and asks each server whom it saw. */
function onTheKernel(cluster: Cluster): Pick<Seen, 'address' | 'isDrawn'>[] {
  const script = join(folder, 'model.sh')
  const directions = DIRECTIONS.map((direction, index) => {
    // a port of its own each: the client's is in TIME_WAIT afterwards
    const [port, source] = [PORT + index, SOURCE_PORT + index]
    return [
      `timeout 5 ip netns exec ${netnsOf(direction.to)} nc -lvn ${port} </dev/null >/dev/null 2>${folder}/seen & server=$!`,
      'sleep 0.2',
      `echo hello | timeout 3 ip netns exec ${netnsOf(direction.from)} nc -n -N -p ${source} ${addressOf(cluster, direction)} ${port}`,
      'wait $server',
      `echo "SEEN ${index} $(sed -n 's/^Connection received on //p' ${folder}/seen)"`,
    ].join('\n')
  })
  const lines = [
    'mount -t tmpfs none /run',
    'mkdir -p /run/netns',
    exportScript(cluster.network.namespaces()),
    ...directions,
  ]
  writeFileSync(script, lines.join('\n'))
  const { stdout, stderr } = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'bash', script], {
    encoding: 'utf8',
    timeout: 55_000,
  })
  expect(stderr).toBe('')
  return [...stdout.matchAll(/^SEEN (\d+) (\S*) ?(\d*)$/gm)].map(([, index, address = '', port]) => ({
    address,
    isDrawn: Number(port) !== SOURCE_PORT + Number(index),
  }))
}
