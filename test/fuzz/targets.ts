import type fc from 'fast-check'
import { anyAddress, endAddress, network } from './references.ts'
import { either, glue, maybe, pick } from './words.ts'

/*
 * Every target that kubehop knows, where it may stand. A range of ports for SNAT is left out unless it is wide or one port: the kernel
 * draws from it.
 */

const marks = pick(
  'MARK --set-mark 0x1',
  'MARK --set-mark 0x2',
  'MARK --or-mark 0x1',
  'MARK --xor-mark 0x3',
  'MARK --set-xmark 0x0/0x1',
  'CONNMARK --set-mark 0x1',
  'CONNMARK --save-mark',
  'CONNMARK --restore-mark',
)
const common = either(
  [3, pick('-j ACCEPT', '-j RETURN', '')],
  [3, glue('-j ', marks)],
  [1, pick('-j LOG', '-j LOG --log-prefix "x "', '-j NFLOG --nflog-group 5')],
  [
    1,
    glue(
      '-j SET --',
      pick('add-set', 'del-set'),
      ' ',
      pick('S0', 'S1', 'S2'),
      ' ',
      pick('src', 'dst', 'src,src', 'dst,dst', 'src,dst', 'src,src,dst'),
    ),
  ],
  [1, pick('-j SET --add-set S0 src --exist --timeout 300', '-j SET --add-set S1 dst,dst --exist')],
)
const drop = pick('-j DROP')
const reject = either(
  [2, pick('-j REJECT')],
  [
    2,
    glue(
      '-j REJECT --reject-with ',
      pick(
        'icmp-host-unreachable',
        'icmp-net-unreachable',
        'icmp-proto-unreachable',
        'icmp-admin-prohibited',
        'icmp-net-prohibited',
        'icmp-host-prohibited',
      ),
    ),
  ],
)
const mangle = pick(
  '-j TTL --ttl-set 5',
  '-j TTL --ttl-dec 1',
  '-j TTL --ttl-inc 1',
  '-j TTL --ttl-set 1',
  '-j TOS --set-tos 0x10/0x3f',
  '-j TOS --set-tos 0x28',
  '-j DSCP --set-dscp 10',
)
const classify = pick('-j CLASSIFY --set-class 1:1')
const raw = pick(
  '-j NOTRACK',
  '-j CT --notrack',
  '-j CT --zone 1',
  '-j CT --zone-orig 2',
  '-j CT --zone-reply 2',
  '-j TRACE',
)

const dnatPort = maybe(pick(':8080', ':80', ':5000', ':53'), 2, 1)
const dnat = either(
  [6, glue('-j DNAT --to-destination ', endAddress, dnatPort)],
  [1, glue('-j DNAT --to-destination ', anyAddress, dnatPort)],
  [
    1,
    pick('-j DNAT --to-destination 10.244.0.11-10.244.0.12', '-j DNAT --to-destination 10.0.1.2-10.0.1.3 --persistent'),
  ],
  [1, pick('-j DNAT --to-destination 10.0.2.2:8080-8090', '-j DNAT --to-destination :8080')],
  [1, glue('-j DNAT --to-destination ', endAddress, ':5000-5100/80')],
  [3, glue('-j REDIRECT', maybe(pick(' --to-ports 8080', ' --to-ports 53', ' --to-ports 80'), 3, 1))],
  [1, glue('-j NETMAP --to ', network)],
)
const snat = either(
  [3, glue('-j SNAT --to-source ', anyAddress)],
  [1, glue('-j SNAT --to-source ', pick('@v0', '@o'))],
  [1, glue('-j SNAT --to-source ', anyAddress, pick(':5000', ':1024-65535', ' --random', ' --persistent'))],
)
const masquerade = either(
  [5, pick('-j MASQUERADE')],
  [1, pick('-j MASQUERADE --random-fully', '-j MASQUERADE --to-ports 5000', '-j MASQUERADE --random')],
)
const netmap = glue('-j NETMAP --to ', network)

/** User chains, of which a rule may lead to those behind its own. nat has some for each direction, because targets belong to one. */
export const USER_CHAINS: Readonly<Record<string, readonly string[]>> = {
  raw: ['RAW-1'],
  mangle: ['MANGLE-1', 'MANGLE-2'],
  nat: ['DST-1', 'DST-2'],
  'nat POSTROUTING': ['SRC-1'],
  filter: ['FILTER-1', 'FILTER-2', 'FILTER-3'],
  security: ['SEC-1'],
}

/** Whither a chain may lead. */
function below(table: string, chain: string): readonly string[] {
  if (table === 'nat' && chain === 'INPUT') return []
  const source = table === 'nat' && (chain === 'POSTROUTING' || chain.startsWith('SRC'))
  const chains = USER_CHAINS[source ? 'nat POSTROUTING' : table]!
  return chains.slice(chains.indexOf(chain) + 1)
}

/** Targets that may stand in a chain. `tcp`: the rule looks at TCP alone. */
export function targetsOf(table: string, chain: string): fc.Arbitrary<string> {
  const choices: [number, fc.Arbitrary<string>][] = [[4, common]]
  const chains = below(table, chain)
  if (chains.length > 0) choices.push([4, glue(pick('-j ', '-j ', '-j ', '-g '), pick(...chains))])
  if (table !== 'nat') choices.push([1, drop])
  if (table === 'filter') choices.push([2, reject])
  if (table === 'raw') choices.push([5, raw])
  if (table === 'mangle') choices.push([4, mangle])
  if (table === 'mangle' && ['FORWARD', 'OUTPUT', 'POSTROUTING'].includes(chain)) choices.push([1, classify])
  if (table === 'nat') {
    if (chain === 'PREROUTING' || chain === 'OUTPUT' || chain.startsWith('DST')) choices.push([9, dnat])
    else if (chain === 'INPUT') choices.push([5, snat], [1, netmap])
    else choices.push([5, masquerade], [4, snat], [1, netmap])
  }
  return either(...choices)
}

/** What only a rule about TCP may do. */
export const tcpTarget = pick(
  '-j TCPMSS --set-mss 1000',
  '-j TCPMSS --set-mss 536',
  '-j REJECT --reject-with tcp-reset',
)
export const clamp = '-j TCPMSS --clamp-mss-to-pmtu'
