import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { UsageError } from '../../route/index.ts'
import type { Machine } from '../machine.ts'
import type { ProgramContext } from '../process/program.ts'
import { type Json, jsonText } from './json.ts'

/** What the parts of `ip` and `bridge` work with: where, and the options in front of the object. */
export interface IpContext {
  readonly machine: Machine
  /** The namespace that the command is about: `-n NS`, or the one it runs in. */
  readonly netns: NetworkNamespace
  readonly program: ProgramContext
  /** `-4`: of devices only what belongs to IPv4. */
  readonly inet: boolean
  /** `-d` */
  readonly details: boolean
  /** `-br` */
  readonly brief: boolean
  /** `-o` */
  readonly oneline: boolean
  /** `-j` */
  readonly json: boolean
  /** `-p`: means something with `-j` alone. */
  readonly pretty: boolean
  /** How often `-s` was said. */
  readonly statistics: number
}

/** What `-j` shows in place of lines. */
export function printJson({ program, pretty }: IpContext, value: Json): void {
  program.stdout.write(jsonText(value, pretty))
}

/** A device by name. @throws UsageError in the words of most of iproute2 */
export function deviceOf(netns: NetworkNamespace, name: string, exitCode = 1): Link {
  const link = netns.deviceByName(name)
  if (link === undefined) throw new UsageError(`Cannot find device "${name}"`, exitCode)
  return link
}

/** A namespace by the name that `ip netns` gave it. @throws UsageError */
export function namespaceOf(machine: Machine, name: string): NetworkNamespace {
  const netns = machine.namespaces.get(name)
  if (netns === undefined)
    throw new UsageError(`Cannot open network namespace "${name}": No such file or directory`, 255)
  return netns
}

/** The bridge that a device is a port of, or null. */
export function bridgeOf(link: Link): Bridge | null {
  return link.master instanceof Bridge ? link.master : null
}
