import { UnsupportedError } from '../../packet/errors.ts'
import { OptionError, readOptions } from '../getopt.ts'
import type { PrintOptions } from './print/index.ts'

/** What a call of tcpdump asks for. */
export interface Request {
  /** `-i`; empty: the first device that is up. */
  readonly device: string
  /** `-c`; 0: no end. */
  readonly count: number
  /** `-r`, `-w`; empty: none. */
  readonly read: string
  readonly write: string
  /** `-l`, `-U`: each line at once. */
  readonly lineBuffered: boolean
  /** `-p`: without promiscuous mode. */
  readonly modest: boolean
  /** `-n`: addresses and ports by number. */
  readonly numeric: boolean
  /** How often `-t` was said. */
  readonly times: number
  /** `-#` */
  readonly numbered: boolean
  /** `-Q` */
  readonly direction: 'in' | 'out' | 'inout'
  readonly print: PrintOptions
  readonly filter: string
}

/** A call that the program refuses, in its words. */
export class BadUsage extends Error {}

/** The program's own account of itself, which it prints with each mistyped option. */
const USAGE = `tcpdump version 4.99.3
libpcap version 1.10.3 (with TPACKET_V3)
OpenSSL 3.0.19 27 Jan 2026
Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]
		[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]
		[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]
		[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]
		[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]
		[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]
		[ --time-stamp-precision precision ] [ --micro ] [ --nano ]
		[ -z postrotate-command ] [ -Z user ] [ expression ]`

const DUMPS = { 'hex and ascii': 'X', hex: 'x', ascii: 'A' } as const

/** @throws BadUsage @throws UnsupportedError */
export function readRequest(args: readonly string[]): Request {
  let parsed: ReturnType<typeof readOptions>
  try {
    parsed = readOptions('tcpdump', args, {
      letters: 'Ac:ei:lnNpqQ:r:s:StT:Uvw:xX#',
      names: {
        'immediate-mode': 'immediate-mode',
        number: '#',
        interface: 'i',
        direction: 'Q',
        'no-promiscuous-mode': 'p',
        'absolute-tcp-sequence-numbers': 'S',
        'packet-buffered': 'U',
        'snapshot-length=': 's',
        micro: 'micro',
      },
      refused:
        'b d D E f F h H I J K L M O u V W y z Z B C G j count print version nano time-stamp-precision list-interfaces monitor-mode ' +
        'dont-verify-checksums relinquish-privileges list-data-link-types list-time-stamp-types linktype buffer-size time-stamp-type help',
      ordered: false,
    })
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    throw new BadUsage(`${error.message}\n${USAGE}`)
  }
  const counts = new Map<string, number>()
  const values = new Map<string, string>()
  for (const [name, value] of parsed.options) {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    values.set(name, value)
  }
  const has = (name: string): boolean => counts.has(name)
  const snaplen = values.get('s')
  if (snaplen !== undefined && snaplen !== '0' && !(Number(snaplen) >= 65549))
    throw new UnsupportedError(`tcpdump -s ${snaplen}`)
  const direction = values.get('Q') ?? 'inout'
  if (direction !== 'in' && direction !== 'out' && direction !== 'inout')
    throw new BadUsage(`tcpdump: unknown capture direction \`${direction}'`)
  const write = values.get('w') ?? ''
  if (write === '-') throw new UnsupportedError('tcpdump -w -')
  // of several the first of these counts
  const dump = (['hex and ascii', 'hex', 'ascii'] as const).find((each) => has(DUMPS[each])) ?? null
  return {
    device: values.get('i') ?? '',
    count: packetCount(values.get('c')),
    read: values.get('r') ?? '',
    write,
    lineBuffered: has('l') || has('U'),
    modest: has('p'),
    numeric: has('n'),
    times: Math.min(counts.get('t') ?? 0, 6),
    numbered: has('#'),
    direction,
    print: {
      linkHeader: has('e'),
      quick: has('q'),
      verbose: counts.get('v') ?? 0,
      absolute: has('S'),
      vxlan: packetType(values.get('T')) === 'vxlan',
      dump,
      dumpsLink: dump !== null && counts.get(DUMPS[dump])! > 1,
    },
    filter: parsed.operands.join(' '),
  }
}

function packetCount(word: string | undefined): number {
  if (word === undefined) return 0
  if (!/^[1-9]\d*$/.test(word)) throw new BadUsage(`tcpdump: invalid packet count ${word}`)
  return Number(word)
}

const PACKET_TYPES =
  'vat wb rpc rtp rtcp snmp cnfp tftp aodv carp radius zmtp1 vxlan pgm pgm_zmtp1 lmp resp ptp someip domain quic'.split(
    ' ',
  )

function packetType(name: string | undefined): string | undefined {
  if (name === undefined || name === 'vxlan') return name
  if (PACKET_TYPES.includes(name)) throw new UnsupportedError(`tcpdump -T ${name}`)
  throw new BadUsage(`tcpdump: unknown packet type \`${name}'`)
}
