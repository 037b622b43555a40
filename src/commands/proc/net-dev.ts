import type { Link } from '../../netns/index.ts'
import { byIndex } from '../ip/link.ts'
import type { KernelFile } from './kernel-file.ts'

const HEAD =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n'
const WIDTHS = [7, 7, 4, 4, 4, 5, 10, 9, 8, 7, 4, 4, 4, 5, 7, 10]

/** /proc/net/dev (`dev_seq_printf_stats`, net/core/net-procfs.c). What no device of the model counts stays 0. */
export const netDev: KernelFile = {
  path: /^\/proc\/(?:self\/)?net\/dev$/,
  read: ({ netns }) => `${HEAD}${byIndex(netns).map(line).join('')}`,
}

function line({ name, statistics }: Link): string {
  const { rxBytes, rxPackets, rxDropped, txBytes, txPackets, txErrors, txDropped, txCarrier } = statistics
  const numbers = [
    ...[rxBytes, rxPackets, 0, rxDropped, 0, 0, 0, 0],
    ...[txBytes, txPackets, txErrors, txDropped, 0, 0, txCarrier, 0],
  ]
  const [first, ...rest] = numbers.map((number, i) => String(number).padStart(WIDTHS[i]!))
  return `${name.padStart(6)}: ${first} ${rest.join(' ')}\n`
}
