import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { storedClusterLabs } from '../support/stored-cluster-labs.ts'

/*
 * Clusters among the stored labs: `UPDATE_GOLDEN=1 npx vitest run test/cluster/labs.test.ts` writes their scripts anew; then
 * `npx tsx test/labs/record.ts cluster-vxlan-cni0 cluster-host-gw-docker0` (root) records what the kernel makes of them.
 */
describe('a cluster written as a script', () => {
  it.each(storedClusterLabs())('$name is what stands in test/labs', ({ name, text }) => {
    const path = fileURLToPath(new URL(`../labs/${name}.sh`, import.meta.url))
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)
    expect(text).toBe(readFileSync(path, 'utf8'))
  })
})
