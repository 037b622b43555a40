import type { Link } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import type { IpContext } from './ip-context.ts'
import type { View } from './view.ts'

/** Widths that columns have at least (`print_stats64`, iproute2 ip/ipaddress.c). */
const WIDTHS = [10, 7, 6, 7, 7, 7] as const
/** Compressed packets have a column of their own, which is empty. */
const LAST = ' '.repeat(11)

/** What `-s` adds to a device: two lines of names and two of numbers. */
export function putStatistics(view: View, { statistics }: Link): void {
  const { rxBytes, rxPackets, rxDropped, txBytes, txPackets, txErrors, txDropped, txCarrier } = statistics
  const received = [rxBytes, rxPackets, 0, rxDropped, 0, 0]
  const sent = [txBytes, txPackets, txErrors, txDropped, txCarrier, 0]
  // both have the widths of the wider
  const widths = WIDTHS.map((width, i) => Math.max(width, String(received[i]).length, String(sent[i]).length))
  const line = (words: readonly (string | number)[], taken = 0): string =>
    words.map((word, i) => String(word).padStart(widths[i]! - (i === 0 ? taken : 0))).join(' ')
  view.say(`\n    RX: ${line(['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'], 4)}${LAST}`)
  view.say(`\n    ${line(received)} `)
  view.say(`\n    TX: ${line(['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'], 4)}${LAST}`)
  view.say(`\n    ${line(sent)} `)
  view.json.stats64 = {
    rx: { bytes: rxBytes, packets: rxPackets, errors: 0, dropped: rxDropped, over_errors: 0, multicast: 0 },
    tx: {
      bytes: txBytes,
      packets: txPackets,
      errors: txErrors,
      dropped: txDropped,
      carrier_errors: txCarrier,
      collisions: 0,
    },
  }
}

/** `-s -s` counts how often the carrier changed, which nobody does here. @throws UnsupportedError */
export function requireOneStatistics({ statistics }: IpContext): void {
  if (statistics > 1) throw new UnsupportedError('ip -s -s')
}
