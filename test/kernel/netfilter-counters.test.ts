import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type Device, Hook, Verdict } from '../../src/netfilter/hook.ts'
import { Netfilter } from '../../src/netfilter/netfilter.ts'
import { encodeFrame } from '../../src/packet/codec.ts'
import { parseMac } from '../../src/packet/mac.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { FakeNetfilterHost } from '../support/fake-netfilter-host.ts'
import { forwardedPacket, forwardingTables } from '../support/hit-arbitraries.ts'

/*
 * The same packets are forwarded through the same tables by the kernel and by kubehop; afterwards every counter of every rule must be
 * the same. What a rule matches, where a chain leads, which packets nat is asked about, and what conntrack thinks all show there.
 */

const hasPython = spawnSync('python3', ['--version']).status === 0
const available =
  process.getuid?.() === 0 &&
  hasPython &&
  spawnSync('unshare', ['--net', '--mount', 'iptables-nft', '--version']).status === 0
const folder = available ? mkdtempSync(join(tmpdir(), 'kubehop-counters-')) : ''
afterAll(() => {
  if (available) rmSync(folder, { recursive: true })
})

interface Case {
  readonly tables: string
  readonly packets: readonly Packet[]
}

const ROUTER_MAC = '02:00:00:00:00:01'

/** Loads each case's tables, sends its frames into eth0 and reads the counters, all in one namespace. */
const DRIVER = `
import json, socket, subprocess, sys, time
run = lambda *a, **k: subprocess.run(a, check=True, text=True, capture_output=True, **k).stdout
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(('p0', 0))
saved = []
for case in json.load(open('cases')):
    run('iptables-nft-restore', input=case['tables'])
    for frame in case['frames']: out.send(bytes.fromhex(frame))
    time.sleep(0.03)
    saved.append(''.join(l for l in run('iptables-nft-save', '-c').splitlines(True) if l[0] != '#'))
    run('nft', 'flush', 'ruleset')
    subprocess.run(['conntrack', '-F'], capture_output=True)
json.dump(saved, open('saved', 'w'))
`

function askKernel(cases: readonly Case[]): string[] {
  const encoded = cases.map(({ tables, packets }) => ({
    tables,
    frames: packets.map((packet) => Buffer.from(encodeFrame(packet)).toString('hex')),
  }))
  writeFileSync(join(folder, 'cases'), JSON.stringify(encoded))
  writeFileSync(join(folder, 'driver.py'), DRIVER)
  const script = `set -e
    cd ${folder}
    sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0
    ip link add eth0 type veth peer name p0; ip link add cni0 type veth peer name p1
    ip link set eth0 address ${ROUTER_MAC}
    for dev in lo eth0 p0 cni0 p1; do ip link set $dev up; done
    sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
    sysctl -qw net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
    ip addr add 10.0.0.254/24 dev eth0; ip addr add 10.1.0.254/24 dev cni0
    for host in $(seq 1 127); do ip neigh add 10.1.0.$host lladdr 02:00:00:00:01:01 dev cni0; done
    python3 driver.py`
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', script], { encoding: 'utf8', timeout: 50_000 })
  if (run.status !== 0) throw new Error(`the namespace could not be built: ${run.stderr}`)
  return JSON.parse(readFileSync(join(folder, 'saved'), 'utf8'))
}

const ETH0: Device = { ifindex: 2, name: 'eth0' }
const CNI0: Device = { ifindex: 3, name: 'cni0' }

function askKubehop({ tables, packets }: Case): string {
  const host = new FakeNetfilterHost()
  host.addDevice(2, 'eth0', '10.0.0.254')
  host.addDevice(3, 'cni0', '10.1.0.254')
  const netfilter = new Netfilter(host)
  const { errors } = netfilter.restore(tables)
  if (errors.length > 0) throw errors[0]
  for (const packet of packets) {
    if (netfilter.run(Hook.PREROUTING, packet, ETH0, null) !== Verdict.ACCEPT) continue
    packet.ip!.ttl--
    if (netfilter.run(Hook.FORWARD, packet, ETH0, CNI0) !== Verdict.ACCEPT) continue
    netfilter.run(Hook.POSTROUTING, packet, ETH0, CNI0)
  }
  return netfilter.save({ counters: true })
}

const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 60)

describe.skipIf(!available)('forwarded packets', () => {
  it('are counted by the same rules', () => {
    const one = fc.record({
      tables: forwardingTables,
      packets: fc.array(forwardedPacket, { minLength: 15, maxLength: 40 }),
    })
    const cases = fc.sample(one, { numRuns: RUNS, seed: SEED })
    for (const { packets } of cases) for (const packet of packets) packet.dmac = parseMac(ROUTER_MAC)
    const kernel = askKernel(cases)
    cases.forEach((each, i) => {
      expect(askKubehop(each), each.tables).toBe(kernel[i])
    })
  })
})
