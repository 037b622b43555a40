import { isOfTheMachine, type NetworkNamespace } from '../netns/index.ts'
import { UnsupportedError } from '../packet/index.ts'
import { utf8Length } from '../packet/utf8.ts'
import { type Place, readKernelFile } from './proc/index.ts'
import { NO_OUTPUT, type Output, SharedOutput } from './process/streams.ts'
import { readSysctl, writeSysctl } from './sysctl.ts'

/*
 * The files that programs open by name: /proc/sys/net, the settings of the namespace in which the program runs (sysctl(8) is a face of it,
 * too); the other files that the kernel makes (proc/); and those of the machine (`Machine.files`), which whoever made it has put there or a
 * script has written.
 */

const SYSCTL_FOLDER = '/proc/sys/net/'
const MADE_BY_KERNEL = /^\/(dev|proc|sys)\//
/** Where a laboratory is alone: a folder of its own, /tmp and /run. */
const OF_THE_SCRIPT = /^(?!\/|(.*\/)?\.\.(\/|$))|^\/(tmp|run|var\/tmp)\/(?!(.*\/)?\.\.(\/|$))/
const NOT_THERE = 'No such file or directory'
const FOLDERS = /^(\.\/+)*[^/]+$|^\/+(tmp|run|var\/+tmp)\/+[^/]+$/

/** What a file says, or undefined: there is none. @throws UnsupportedError the kernel has it, kubehop does not */
export function readFile(path: string, { machine, netns }: Place): string | undefined {
  if (path === '/dev/null') return ''
  if (path.startsWith(SYSCTL_FOLDER)) {
    const value = readSysctl(netns, sysctlName(path))
    return value === undefined ? undefined : `${value}\n`
  }
  const made = readKernelFile(path, { machine, netns })
  if (made !== null) return made
  const text = machine.files.read(path)
  if (text === undefined && MADE_BY_KERNEL.test(path)) throw new UnsupportedError(`reading ${path}`)
  // what a machine has there is its own affair
  if (text === undefined && !OF_THE_SCRIPT.test(path)) {
    const hint = path === '/etc/resolv.conf' ? { hint: 'nobody told which name server this host asks' } : {}
    throw new UnsupportedError(`reading ${path}`, hint)
  }
  return text
}

/** What stat(2) says of how long it is, in octets: what the kernel makes has no length before it is read. */
export function sizeOfFile(path: string, text: string): number {
  return MADE_BY_KERNEL.test(path) ? 0 : utf8Length(text)
}

/** Opens a file for writing, or gives the kernel's reason why not. @throws UnsupportedError as `readFile` */
export function openFile(path: string, append: boolean, place: Place & Streams): Output | string {
  if (path === '/dev/null') return NO_OUTPUT
  if (path === '/dev/stderr') return new SharedOutput(place.stderr)
  if (path === '/dev/stdout') return new SharedOutput(place.stdout)
  if (path.startsWith(SYSCTL_FOLDER)) {
    const name = sysctlName(path)
    if (readSysctl(place.netns, name) === undefined) return NOT_THERE
    // root's capabilities do not help: the mode decides (fs/proc/proc_sysctl.c, `test_perm`)
    return isOfTheMachine(name) ? 'Permission denied' : new SysctlFile(place.netns, name)
  }
  if (MADE_BY_KERNEL.test(path)) throw new UnsupportedError(`writing to ${path}`)
  const isThere = place.machine.files.read(path) !== undefined
  if (!isThere && !OF_THE_SCRIPT.test(path)) throw new UnsupportedError(`writing to ${path}`)
  // folders that a script could make there are none
  return isThere || FOLDERS.test(path) ? place.machine.files.write(path, append) : NOT_THERE
}

interface Streams {
  readonly stdout: Output
  readonly stderr: Output
}

/** Each write sets the value, as it does in the kernel. */
class SysctlFile implements Output {
  readonly #netns: NetworkNamespace
  readonly #name: string

  constructor(netns: NetworkNamespace, name: string) {
    this.#netns = netns
    this.#name = name
  }

  write(text: string): void {
    const value = text.trim()
    if (writeSysctl(this.#netns, this.#name, value) !== null) {
      throw new UnsupportedError(`writing "${value}" to ${SYSCTL_FOLDER}${this.#name}`)
    }
  }

  close(): void {}
}

/** `ipv4/conf/eth0.1/rp_filter` is what sysctl calls `ipv4.conf.eth0/1.rp_filter`. */
function sysctlName(path: string): string {
  return path.slice(SYSCTL_FOLDER.length).replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}
