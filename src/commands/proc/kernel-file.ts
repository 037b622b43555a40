import type { NetworkNamespace } from '../../netns/index.ts'
import type { Machine } from '../machine.ts'

/** Where a program runs. */
export interface Place {
  readonly machine: Machine
  /** What it sees of /proc/net and /sys/class/net is this namespace. */
  readonly netns: NetworkNamespace
}

/** A file that the kernel makes when it is read. */
export interface KernelFile {
  /** Its whole path; groups of it are handed to `read`. */
  readonly path: RegExp
  /** Its text now, or undefined: there is no such file (a device that is not there). */
  read(place: Place, ...parts: string[]): string | undefined
}
