import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { TraceData } from '../../src/trace/index.ts'
import { cli } from './support.ts'

const FOLDER = 'test/snapshot/partial/dumps'
const trace = (words: string, stdin = '') => cli(['trace', ...words.split(' ')], { stdin })

describe('kubehop trace --iptables', () => {
  it('says at the top where the packet goes, and what was supposed', async () => {
    const { code, out } = await trace(
      `--iptables ${FOLDER}/ufw-docker.txt --iptables ${FOLDER}/docker-host.txt 203.0.113.7 192.0.2.10:8080`,
    )
    expect(code).toBe(0)
    const lines = out.split('\n')
    expect(lines.slice(0, 2)).toEqual([
      '203.0.113.7 → 192.0.2.10:8080  tcp',
      'forwarded out of docker0 to 172.17.0.2; the answer goes back out of eth0 to 203.0.113.7',
    ])
    expect(out).toContain(
      'supposed: it comes in by eth0, by which answers to 203.0.113.7 would leave (--in says otherwise)',
    )
  })

  it('ends with 3 where it depends on what nobody told, with the ends that it can come to', async () => {
    const { code, out } = await trace(
      `--iptables ${FOLDER}/calico.txt --in eth0 --out cali12ab --hook FORWARD 10.42.1.7 10.42.3.9:80 -o json`,
    )
    expect(code).toBe(3)
    const data = JSON.parse(out) as TraceData
    expect(data.disposition).toBe('depends')
    expect(data.branches?.map(({ disposition, conditions }) => [disposition, conditions?.length])).toEqual([
      ['left', 1],
      ['left', 2],
      ['dropped', 2],
    ])
  })

  it('ends with 1 where the packet is dropped', async () => {
    const { code, out } = await trace(`--iptables ${FOLDER}/brief.txt --in eth0 --out eth1 203.0.113.7 10.0.0.1:22`)
    expect(code).toBe(1)
    expect(out).toContain('dropped: NETFILTER_DROP: -t filter -P FORWARD DROP')
  })

  it('reads standard input, and what gzip has packed', async () => {
    const text = readFileSync(`${FOLDER}/brief.txt`)
    const words = 'trace --iptables - --in eth1 --out eth0 --detail minimal 10.0.0.1 203.0.113.7:22'.split(' ')
    const plain = await cli(words, { stdin: text })
    expect(plain.code).toBe(0)
    expect(await cli(words, { stdin: gzipSync(text) })).toEqual(plain)
  })

  it('takes the fwmark as iptables writes it, and the state of conntrack', async () => {
    const words = `--iptables ${FOLDER}/filter-only.txt --in eth1 --out eth0 10.0.0.1 10.96.0.1:443`
    expect((await trace(words)).code).toBe(1)
    expect((await trace(`${words} --mark 0x4000`)).code).toBe(0)
    expect((await trace(`${words} --mark 16384`)).code).toBe(0)
    expect((await trace(`${words} --state ESTABLISHED`)).code).toBe(0)
    expect((await trace(`${words} --mark many`)).err).toContain('--mark "many" is no mark')
  })

  it.each([
    [`--iptables ${FOLDER}/brief.txt -f shop.yaml 10.0.0.1 10.0.0.2:80`, '--file is not about a dump'],
    [`--iptables ${FOLDER}/brief.txt --at node/a 10.0.0.1 10.0.0.2:80`, '--at is not about a dump'],
    ['--in eth0 10.0.0.1 10.0.0.2:80', '--in is about the rules of a dump'],
    [`--iptables ${FOLDER}/brief.txt --hook NOWHERE 10.0.0.1 10.0.0.2:80`, '--hook "NOWHERE" is not one of PREROUTING'],
    ['--iptables nowhere.txt 10.0.0.1 10.0.0.2:80', 'nowhere.txt: there is no such file or folder'],
    [`--iptables ${FOLDER}/docker-host.txt 10.0.0.1 10.0.0.2:80`, 'there are no rules of iptables in it'],
    [`--iptables ${FOLDER}/brief.txt pod/a 10.0.0.2:80`, 'FROM "pod/a" is no IPv4 address'],
  ])('refuses %s', async (words, message) => {
    const { code, err } = await trace(words)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('names file and line of what cannot be read', async () => {
    const rules = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -m tcp --dport 70000 -j ACCEPT\nCOMMIT\n'
    const words = '--iptables - --in eth0 --out eth1 10.0.0.1 10.0.0.2:80'
    expect((await trace(words, rules)).out).toContain('warning: -:3: a rule cannot be read')
    const { code, err } = await trace(words, 'hello\n')
    expect(code).toBe(2)
    expect(err).toContain('-:1: ')
  })
})
