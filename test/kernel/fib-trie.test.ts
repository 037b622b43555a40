import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { labObstacle } from '../../src/lab/index.ts'

/*
 * Routes, addresses, devices and policy rules come and go at random: /proc/net/fib_trie, /proc/net/route and what is on the devices must be the
 * kernel's at each look, down to the shape of the trie, which depends on all that was before.
 */

const obstacle = labObstacle()
const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 8)

const SETUP = `ip link set lo up
for i in 0 1 2 3 4; do ip link add v$i type veth peer name p$i; ip link set v$i up; ip link set p$i up; ip addr add 10.$i.0.1/24 dev v$i; done
`
const LOOK = 'cat /proc/net/fib_trie /proc/net/route'

const device = fc.nat({ max: 4 }).map((n) => `v${n}`)
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.nat({ max: 2 }), fc.nat({ max: 31 }), device, fc.nat({ max: 2 }))
      .map(([a, b, dev, metric]) => `ip route add 10.${a * 100}.${b}.0/24 dev ${dev} metric ${metric}`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat({ max: 63 }), device).map(([a, dev]) => `ip route add 10.${a * 4}.0.0/14 dev ${dev}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 }), device)
      .map(([a, b, dev]) => `ip route add 192.168.${a}.${b} dev ${dev}`),
  },
  { weight: 1, arbitrary: fc.nat({ max: 255 }).map((a) => `ip route add unreachable 172.16.${a}.0/24`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat({ max: 2 }), fc.nat({ max: 31 }))
      .map(([a, b]) => `ip route del 10.${a * 100}.${b}.0/24`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat({ max: 4 }), fc.nat({ max: 2 }), fc.nat({ max: 199 }), fc.nat({ max: 3 }), device)
      .map(([a, b, c, more, dev]) => `ip addr add 10.${a}.${b}.${c + 1}/${24 + more} dev ${dev}`),
  },
  { weight: 1, arbitrary: device.map((dev) => `ip addr flush dev ${dev}`) },
  { weight: 1, arbitrary: device.map((dev) => `ip link set ${dev} down; ip link set ${dev} up`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat({ max: 199 }), device)
      .map(([a, dev]) => `ip route add 10.3.${a}.0/24 dev ${dev} table 9`),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 1 }).map((n) => (n === 0 ? 'ip rule add from 10.1.0.0/16 lookup 9 priority 100' : LOOK)),
  },
  { weight: 1, arbitrary: fc.constant(LOOK) },
)

function askKernel(script: string): string {
  const quiet = 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1'
  const words = ['--net', '--mount', 'bash', '-c', `${quiet}; mount -t tmpfs none /run; exec bash -s 2>/dev/null`]
  return spawnSync('unshare', words, { input: script, encoding: 'utf8', timeout: 60_000 }).stdout
}

function askKubehop(script: string): string {
  let text = ''
  runScript(script, {
    onOutput: (piece, stream) => {
      if (stream === 'stdout') text += piece
    },
  })
  return text
}

describe.skipIf(obstacle !== null)('the trie of the routing tables', () => {
  it('has the shape of the kernel’s, whatever came and went', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        const script = `${SETUP}${steps.join('\n')}\n${LOOK}\n`
        expect(askKubehop(script)).toBe(askKernel(script))
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})
