/*
 * Numbers that iproute2 prints by name (its tables below /etc/iproute2, as Debian 12 has them). A number is read in any base that C
 * knows: 10, 0xa, 012.
 */

/** A two-way table of names and numbers. */
export class NameTable {
  readonly #names: ReadonlyMap<number, string>
  readonly #numbers: ReadonlyMap<string, number>
  readonly #limit: number
  readonly #print: (number: number) => string

  constructor(names: Readonly<Record<number, string>>, limit: number, print: (number: number) => string = String) {
    const entries = Object.entries(names).map(([number, name]) => [Number(number), name] as const)
    this.#names = new Map(entries)
    this.#numbers = new Map(entries.map(([number, name]) => [name, number]))
    this.#limit = limit
    this.#print = print
  }

  /** The name, or the number as text. */
  name(number: number): string {
    return this.#names.get(number) ?? this.#print(number)
  }

  /** The number of a name or of a number's text; undefined for neither. */
  number(text: string): number | undefined {
    const number = this.#numbers.get(text) ?? readNumber(text)
    return number !== undefined && number <= this.#limit ? number : undefined
  }
}

/** A number as C's strtoul reads it with base 0; undefined for anything else. */
export function readNumber(text: string, limit = 0xffffffff): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.test(text)) return undefined
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text)
  return number <= limit ? number : undefined
}

/** rt_tables */
export const TABLE_NAMES = new NameTable({ 0: 'unspec', 253: 'default', 254: 'main', 255: 'local' }, 0xffffffff)

/** rt_scopes */
export const SCOPE_NAMES = new NameTable({ 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' }, 255)

/** rt_protos */
export const PROTOCOL_NAMES = new NameTable(
  {
    0: 'unspec',
    1: 'redirect',
    2: 'kernel',
    3: 'boot',
    4: 'static',
    8: 'gated',
    9: 'ra',
    10: 'mrt',
    11: 'zebra',
    12: 'bird',
    13: 'dnrouted',
    14: 'xorp',
    15: 'ntk',
    16: 'dhcp',
    18: 'keepalived',
    42: 'babel',
    99: 'openr',
    186: 'bgp',
    187: 'isis',
    188: 'ospf',
    189: 'rip',
    192: 'eigrp',
  },
  255,
)

/** rt_dsfield. Its numbers are always hexadecimal, with or without 0x. */
const DSFIELDS: Readonly<Record<number, string>> = {
  0: 'default',
  40: 'AF11',
  48: 'AF12',
  56: 'AF13',
  72: 'AF21',
  80: 'AF22',
  88: 'AF23',
  104: 'AF31',
  112: 'AF32',
  120: 'AF33',
  136: 'AF41',
  144: 'AF42',
  152: 'AF43',
  32: 'CS1',
  64: 'CS2',
  96: 'CS3',
  128: 'CS4',
  160: 'CS5',
  192: 'CS6',
  224: 'CS7',
  184: 'EF',
}

/** `CS1` for 32, `0x10` for 16. */
export function dsfieldName(value: number): string {
  return DSFIELDS[value] ?? `0x${value.toString(16).padStart(2, '0')}`
}

/** The value of a name or of a hexadecimal number; undefined for neither. */
export function dsfieldNumber(text: string): number | undefined {
  for (const [value, name] of Object.entries(DSFIELDS)) if (name === text) return Number(value)
  return /^(0[xX])?[0-9a-fA-F]{1,2}$/.test(text) ? Number.parseInt(text, 16) : undefined
}

/** The protocols that getprotobyname(3) knows and rules are likely to name; others are printed as `ipproto-NUMBER`. */
export const IP_PROTOCOL_NAMES = new NameTable(
  { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 41: 'ipv6', 47: 'gre', 50: 'esp', 51: 'ah', 132: 'sctp' },
  255,
  (number) => `ipproto-${number}`,
)
