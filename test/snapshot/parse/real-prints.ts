import { readFileSync } from 'node:fs'

/**
 * What a real namespace printed (`real-host.sh`, iproute2 6.1), by the command that printed it.
 * `UPDATE_PRINTS=1 npx vitest run test/kernel/snapshot-prints.test.ts` (root) stores it anew.
 */
export const PRINTS_FILE = new URL('./real-prints.txt', import.meta.url)

/** Commands that print the same things in other forms. */
export const FORMS: readonly (readonly string[])[] = [
  ['ip -d addr', 'ip -d -j addr', 'ip -d -s -s addr', 'ip -d -s -j -p addr'],
  ['ip -d link', 'ip -d -j link', 'ip -o -d link', 'ip -s -s -d link'],
  ['ip addr', 'ip -j addr', 'ip -s addr'],
  ['ip link', 'ip -j link', 'ip -o link'],
  ['ip -4 addr', 'ip -4 -j addr'],
  ['ip addr show dev eth0', 'ip -j addr show dev eth0'],
  ['ip route', 'ip -d route', 'ip -j route', 'ip -d -j route', 'ip -o route', 'ip route show table main'],
  [
    'ip route show table all',
    'ip -j route show table all',
    'ip -d -j route show table all',
    'ip -d route show table all',
  ],
  ['ip route show table local', 'ip -j route show table local', 'ip -4 -d route show table local'],
  ['ip route show table 100', 'ip -j route show table 100', 'ip -d -j route show table 100'],
  ['ip route show dev eth0', 'ip -j route show dev eth0'],
  ['ip route show proto kernel scope link table all', 'ip -j route show proto kernel scope link table all'],
  ['ip route show type local table local', 'ip -j route show type local table local'],
  ['ip rule', 'ip -d rule', 'ip -j rule', 'ip -d -j rule', 'ip -o rule'],
  ['ip neigh', 'ip -j neigh', 'ip -s neigh', 'ip -s -j neigh', 'ip -4 neigh'],
  ['ip neigh show nud all', 'ip -j neigh show nud all'],
  ['ip neigh show dev eth0', 'ip -j neigh show dev eth0'],
  ['ip neigh show proxy', 'ip -j neigh show proxy'],
  ['ip netns list-id', 'ip -j netns list-id'],
  ['bridge fdb', 'bridge -j fdb', 'bridge -s fdb', 'bridge -s -j fdb', 'bridge -d fdb', 'bridge -d -j fdb'],
  ['bridge fdb show dev vx1', 'bridge -j fdb show dev vx1'],
  ['bridge fdb show br br0', 'bridge -j fdb show br br0'],
  ['bridge link', 'bridge -j link', 'bridge -o link'],
  ['bridge -d link', 'bridge -d -j link', 'bridge -o -d link', 'bridge -d -s link'],
]

/** Those that are stored: the others are alike. */
export const STORED: readonly string[] = [
  'ip -d addr',
  'ip -d -j addr',
  'ip link',
  'ip route show table all',
  'ip -j route show table all',
  'ip -d -j route',
  'ip rule',
  'ip -j rule',
  'ip neigh',
  'ip -s -j neigh',
  'ip neigh show proxy',
  'ip -j neigh show proxy',
  'ip netns list-id',
  'ip -j netns list-id',
  'bridge fdb',
  'bridge -j fdb',
  'bridge -d link',
  'bridge -d -j link',
]

const HEAD = '### '

/** The stored prints, by command. */
export function realPrints(text = readFileSync(PRINTS_FILE, 'utf8')): Map<string, string> {
  const prints = new Map<string, string>()
  for (const part of text.split(`\n${HEAD}`)) {
    const end = part.indexOf('\n')
    prints.set(part.slice(0, end).replace(HEAD, ''), part.slice(end + 1))
  }
  return prints
}
