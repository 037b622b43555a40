import { formatProcEntry } from '../../netfilter/conntrack/index.ts'
import type { KernelFile } from './kernel-file.ts'

/** /proc/net/nf_conntrack (`ct_seq_show`); the kernel's order is that of a hash. */
export const netConntrack: KernelFile = {
  path: /^\/proc\/(?:self\/)?net\/nf_conntrack$/,
  read: ({ netns, machine }) => {
    const { conntrack } = netns.netfilter
    const lines = [...conntrack.entries()].map((entry) => formatProcEntry(entry, machine.sim.now, conntrack.settings))
    return lines.map((line) => `${line}\n`).join('')
  },
}
