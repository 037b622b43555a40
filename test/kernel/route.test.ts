import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { askKubehop, label, type Outcome, type Scenario, scenario } from '../route/scenario.ts'

/*
 * Random addresses, routes, rules and settings, made with the same words in a real namespace and here. The tables, the errors and the
 * answers of `ip route get` must be the same to the letter.
 */

const available =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'ip', '-V']).stdout?.includes('iproute2') === true
const folder = available ? mkdtempSync(join(tmpdir(), 'kubehop-route-')) : ''
afterAll(() => {
  if (available) rmSync(folder, { recursive: true })
})

/** The kernel's side: one `ip -batch` for the commands, one for the questions. */
function askKernel({ settings: s, commands, gets }: Scenario): Outcome {
  writeFileSync(join(folder, 'commands'), `${commands.join('\n')}\n`)
  writeFileSync(join(folder, 'gets'), `${gets.map((text) => `route get ${text}`).join('\n')}\n`)
  const bit = (value: boolean) => (value ? '1' : '0')
  const conf = [
    ['forwarding', bit(s.forwarding)],
    ['rp_filter', String(s.rpFilter)],
    ['accept_local', bit(s.acceptLocal)],
    ['route_localnet', bit(s.routeLocalnet)],
    ['promote_secondaries', bit(s.promoteSecondaries)],
    ['ignore_routes_with_linkdown', bit(s.ignoreLinkdown)],
    ['src_valid_mark', '0'],
    ['send_redirects', '1'],
    ['shared_media', '1'],
    ['bc_forwarding', '0'],
  ]
  const script = `
    cd ${folder}
    sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip link add va type veth peer name vb; ip link add vc type veth peer name vd; ip link add ve type veth peer name vh
    ip link set vb up; ip link set vh up; ip link set lo up
    for dev in all lo va vb vc vd ve vh; do sysctl -qw ${conf.map(([name, value]) => `net.ipv4.conf.$dev.${name}=${value}`).join(' ')}; done
    ip -force -batch commands 2> commands.err
    ip -4 route show table all > routes
    ip rule show > rules
    ip -force -batch gets > gets.out 2> gets.err
    true`
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', script], { encoding: 'utf8', timeout: 20_000 })
  if (run.status !== 0) throw new Error(`the namespace could not be built: ${run.stderr}`)
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  const failed = errorsByLine(text('gets.err'))
  const found = text('gets.out').split(/\n(?! )/)
  return {
    errors: mergeLines(commands.length, errorsByLine(text('commands.err'))),
    routes: text('routes'),
    rules: text('rules'),
    gets: gets.map((_, position) => {
      const error = failed.get(position + 1)
      return error === undefined ? `${found.shift()}\n` : `${error}\n`
    }),
  }
}

/** `ip -batch` prints what is wrong, and then the line on which it was. */
function errorsByLine(text: string): Map<number, string> {
  const errors = new Map<number, string>()
  let message: string[] = []
  for (const line of text.split('\n')) {
    const [, number] = /^Command failed [^:]*:(\d+)$/.exec(line) ?? []
    if (number === undefined) {
      message.push(line)
      continue
    }
    errors.set(Number(number), message.join('\n'))
    message = []
  }
  return errors
}

function mergeLines(count: number, errors: Map<number, string>): string[] {
  return Array.from({ length: count }, (_, position) => errors.get(position + 1) ?? '')
}

const runs = Number(process.env.KUBEHOP_ROUTE_RUNS ?? 30)
const seed = Number(process.env.KUBEHOP_ROUTE_SEED ?? 1)

/** Writes what this kernel says to the scenarios of a fixed seed, for machines that cannot ask one: `test/route/golden/kernel.json`. */
const record = process.env.KUBEHOP_ROUTE_RECORD === '1'

describe.skipIf(!available)('routing agrees with the kernel (needs root, unshare and ip)', () => {
  it.runIf(record)('is recorded', () => {
    const scenarios = [false, true].flatMap((withRules) => fc.sample(scenario(withRules), { numRuns: 12, seed: 7 }))
    const lines = scenarios.map((each) => JSON.stringify({ scenario: each, kernel: askKernel(each) }))
    writeFileSync(new URL('../route/golden/kernel.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`)
  })

  for (const withRules of [false, true]) {
    it(`${runs} random tables ${withRules ? 'and rules' : 'without rules'}`, { timeout: 600_000 }, () => {
      fc.assert(
        fc.property(scenario(withRules), (each) => {
          expect(label(askKubehop(each), each)).toEqual(label(askKernel(each), each))
        }),
        { numRuns: runs, seed },
      )
    })
  }
})
