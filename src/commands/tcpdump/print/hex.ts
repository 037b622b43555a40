import type { Octets } from '../octets.ts'

/** How a packet's octets are shown below its line: `-x`, `-X`, `-A`; not at all. */
export type Dump = 'hex' | 'hex and ascii' | 'ascii' | null

const PER_LINE = 16
/** Eight groups of four digits, each with a blank before it. */
const HEX_WIDTH = 40

const isGraphic = (octet: number): boolean => octet > 0x20 && octet < 0x7f

/** The lines below a packet (`pretty_print_packet` in print.c; print-ascii.c), each behind a line feed. */
export function dumpText(octets: Octets, dump: Dump): string {
  if (dump === null || octets.length === 0) return ''
  if (dump === 'ascii') return `\n${plainText(octets)}`
  let text = ''
  for (let at = 0; at < octets.length; at += PER_LINE) {
    const line = [...octets.from(at, PER_LINE).toArray()]
    const hex = line.map((octet, i) => (i % 2 === 0 ? ' ' : '') + octet.toString(16).padStart(2, '0')).join('')
    const readable = line.map((octet) => (isGraphic(octet) ? String.fromCharCode(octet) : '.')).join('')
    const shown = dump === 'hex' ? hex : `${hex.padEnd(HEX_WIDTH)}  ${readable}`
    text += `\n\t0x${at.toString(16).padStart(4, '0')}: ${shown}`
  }
  return text
}

/** Lines stay lines; a carriage return at the end of one, or of all, is left out. */
function plainText(octets: Octets): string {
  let text = ''
  octets.toArray().forEach((octet, i, all) => {
    const character = String.fromCharCode(octet)
    if (character === '\r' && (i + 1 === all.length || all[i + 1] === 0x0a)) return
    text += isGraphic(octet) || '\t \n'.includes(character) ? character : '.'
  })
  return text
}
