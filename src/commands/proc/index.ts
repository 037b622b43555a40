import type { KernelFile, Place } from './kernel-file.ts'
import { netArp } from './net-arp.ts'
import { netConntrack } from './net-conntrack.ts'
import { netDev } from './net-dev.ts'
import { netFibTrie } from './net-fib-trie.ts'
import { netRoute } from './net-route.ts'
import { netSnmp } from './net-snmp.ts'
import { sysClassNet } from './sys-class-net.ts'

export type { Place } from './kernel-file.ts'

/** The files that the kernel makes. One more is one more line here. /proc/sys has a place of its own: it is written, too. */
const FILES: readonly KernelFile[] = [netArp, netConntrack, netDev, netFibTrie, netRoute, netSnmp, sysClassNet]

/** Is there such a file of the kernel's here, and what does it say: null for a path that none of them has. */
export function readKernelFile(path: string, place: Place): string | undefined | null {
  for (const { path: pattern, read } of FILES) {
    const match = pattern.exec(path)
    if (match !== null) return read(place, ...match.slice(1))
  }
  return null
}
