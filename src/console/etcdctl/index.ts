import type { ClusterNetwork } from '../../cluster/index.ts'
import type { Program, ProgramContext } from '../../commands/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { flannelKeys } from './store.ts'
import { runV2 } from './v2.ts'
import { getV3 } from './v3.ts'

/*
 * etcdctl, as far as it shows what flannel keeps in etcd: its configuration and its leases. Without `ETCDCTL_API=3` it speaks API 2, as etcdctl did until 3.4;
 * flags that only API 3 has do, too.
 */

const API = 'ETCDCTL_API'
const ONLY_V3 = new Set(['--prefix', '--from-key', '--keys-only', '--print-value-only'])
const READ_ONLY = 'what flannel keeps in etcd can be read: etcdctl ls, etcdctl get'

/** `etcdctl` for a cluster. @param network asked each time */
export function etcdctl(network: () => ClusterNetwork): Program {
  const program: Program = (args, context) => {
    const [verb, ...rest] = args
    if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
      context.stdout.write(HELP)
      return 0
    }
    if (verb.startsWith('-'))
      throw new UnsupportedError(`etcdctl ${verb}`, { hint: 'there is one etcd here: leave it out' })
    return run(verb, rest, network(), context)
  }
  return Object.assign(program, { reads: [API] })
}

function run(verb: string, args: readonly string[], network: ClusterNetwork, context: ProgramContext): number {
  const asked = context.environment?.get(API)
  if (asked !== undefined && asked !== '2' && asked !== '3') throw new UnsupportedError(`${API}=${asked}`)
  if (verb !== 'ls' && verb !== 'get') throw new UnsupportedError(`etcdctl ${verb}`, { hint: READ_ONLY })
  const isV3 = asked === '3' || (asked === undefined && verb === 'get' && args.some((word) => ONLY_V3.has(word)))
  if (!isV3) return runV2(verb, args, flannelKeys(network, 2), context)
  if (verb === 'get') return getV3(args, flannelKeys(network, 3), context)
  context.stderr.write(`Error: unknown command "ls" for "etcdctl"\nRun 'etcdctl --help' for usage.\n`)
  return 1
}

const HELP = `etcdctl shows what flannel keeps in etcd.

  etcdctl ls [--recursive] [-p] [DIRECTORY]
  etcdctl get KEY
  ETCDCTL_API=3 etcdctl get --prefix [--keys-only] [--print-value-only] KEY

Try etcdctl ls --recursive /coreos.com/network
`
