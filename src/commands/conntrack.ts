import { type ConntrackEntry, formatEntry, IPS, stateName, type Tuple } from '../netfilter/conntrack/index.ts'
import { type Ipv4, Protocol, UnsupportedError } from '../packet/index.ts'
import { EVENTS, type EventRequest, tellEvents } from './conntrack-events.ts'
import { inetAton } from './names.ts'
import type { Program, ProgramContext } from './process/program.ts'

const PROGRAM = 'conntrack v1.4.7 (conntrack-tools)'

class BadUsage extends Error {}

type Test = (entry: ConntrackEntry) => boolean

interface Request extends EventRequest {
  command: 'L' | 'D' | 'F' | 'C' | 'S' | 'E'
}

/** conntrack(8) 1.4.7: `-L -D -F -C -S -E`. */
export const conntrack: Program = (args, context) => {
  try {
    const request = read(args)
    return request.command === 'E' ? tellEvents(request, context, PROGRAM) : perform(request, context)
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error
    context.stderr.write(
      `${PROGRAM}: ${error.message}\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`,
    )
    return 2
  }
}

function perform(
  { command, tests, extended, id }: Request,
  { netns, machine, stdout, stderr }: ProgramContext,
): number {
  const table = netns.netfilter.conntrack
  const now = machine.sim.now
  switch (command) {
    case 'C':
      stdout.write(`${[...table.entries()].length}\n`)
      return 0
    case 'F':
      table.flush()
      stderr.write(`${PROGRAM}: connection tracking table has been emptied.\n`)
      return 0
    case 'S': {
      const { found, invalid, insert_failed, drop, early_drop, error, clash_resolve } = table.statistics
      stdout.write(
        `cpu=0   \tfound=${found} invalid=${invalid} insert=0 insert_failed=${insert_failed} drop=${drop} early_drop=${early_drop} ` +
          `error=${error} search_restart=0 clash_resolve=${clash_resolve} chaintoolong=0 \n`,
      )
      return 0
    }
  }
  let count = 0
  let shown = ''
  for (const entry of table.entries()) {
    if (!tests.every((test) => test(entry))) continue
    if (command === 'D' && !table.delete(entry, true)) continue
    count++
    const family = extended ? 'ipv4     2 ' : ''
    shown += `${family}${formatEntry(entry, now)}${id ? ` id=${entry.id}` : ''}\n`
  }
  // a terminal gets each line at once, anything else all of them when the program ends
  if (stdout.isTerminal) stdout.write(shown)
  stderr.write(`${PROGRAM}: ${count} flow entries have been ${command === 'D' ? 'deleted' : 'shown'}.\n`)
  if (!stdout.isTerminal) stdout.write(shown)
  return command === 'D' && count === 0 ? 1 : 0
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: Protocol.ICMP,
  tcp: Protocol.TCP,
  udp: Protocol.UDP,
  sctp: Protocol.SCTP,
  gre: 47,
}

/** Options about one direction: which tuple, and which part of it. */
const TUPLE_OPTIONS: Readonly<Record<string, readonly ['original' | 'reply', keyof Tuple]>> = {
  '-s': ['original', 'src'],
  '--src': ['original', 'src'],
  '--orig-src': ['original', 'src'],
  '-d': ['original', 'dst'],
  '--dst': ['original', 'dst'],
  '--orig-dst': ['original', 'dst'],
  '-r': ['reply', 'src'],
  '--reply-src': ['reply', 'src'],
  '-q': ['reply', 'dst'],
  '--reply-dst': ['reply', 'dst'],
  '--sport': ['original', 'sport'],
  '--orig-port-src': ['original', 'sport'],
  '--dport': ['original', 'dport'],
  '--orig-port-dst': ['original', 'dport'],
  '--reply-port-src': ['reply', 'sport'],
  '--reply-port-dst': ['reply', 'dport'],
}
const PORT_OPTION = /port/

/** Bits that `-u` may ask for; other names are refused or passed over by the program itself. */
const STATUS: Readonly<Record<string, number>> = {
  ASSURED: IPS.ASSURED,
  SEEN_REPLY: IPS.SEEN_REPLY,
  EXPECTED: IPS.EXPECTED,
}
const TCP_STATES = /^(NONE|SYN_SENT|SYN_RECV|ESTABLISHED|FIN_WAIT|CLOSE_WAIT|LAST_ACK|TIME_WAIT|CLOSE|LISTEN)$/

function read(args: readonly string[]): Request {
  let command: Request['command'] | null = null
  let protocol: number | null = null
  const request: Omit<Request, 'command'> = {
    tests: [],
    extended: false,
    id: false,
    timestamp: false,
    events: new Set(EVENTS.ALL),
  }
  const options: [string, string][] = []
  const translations: (readonly [Translation, Ipv4 | null])[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    const letter = commandLetter(word)
    if (letter !== null) {
      if (command !== null) throw new BadUsage('Invalid commands combination')
      command = letter
      const table = args[i + 1]
      if (table === undefined || table.startsWith('-') || letter === 'S') continue
      if (/^(expect|dying|unconfirmed)$/.test(table)) throw new UnsupportedError(`conntrack table ${table}`)
      if (table !== 'conntrack') throw new BadUsage(`unknown type \`${table}'`)
      i++
      continue
    }
    if (word === '-z' || word === '--zero') throw new UnsupportedError('conntrack -z')
    if (!VALUE_OPTIONS.test(word)) throw new BadUsage(`unknown option \`${word}'`)
    const kind = NAT_OPTIONS[word]
    if (kind !== undefined) {
      const next = args[i + 1]
      const address = next === undefined || next.startsWith('-') ? null : inetAton(next)
      if (address === undefined) throw new UnsupportedError(`conntrack ${word} ${next}`)
      if (address !== null) i++
      translations.push([kind, address])
      if (translations.some(([each]) => (each === 'any') !== (kind === 'any')))
        throw new BadUsage("cannot specify `--src-nat' or `--dst-nat' with `--any-nat'")
      continue
    }
    const value = args[++i]
    if (value === undefined) throw new BadUsage(`option \`${word}' requires an argument`)
    if (word === '-p' || word === '--proto' || word === '--protonum') {
      protocol = PROTOCOLS[value] ?? (/^\d+$/.test(value) ? Number(value) : null)
      if (protocol === null) throw new BadUsage(`\`${value}' unsupported protocol`)
      const wanted = protocol
      request.tests.push((entry) => entry.protocol === wanted)
    } else options.push([word, value])
  }
  for (const [word, value] of options) addOption(word, value, protocol, request)
  if (translations.length > 0) request.tests.push(translationTest(translations))
  if (command === null && args.length === 0) throw new UnsupportedError('conntrack without a command')
  const takesAny = command === 'L' || command === 'D' || command === 'E'
  const odd =
    command === 'E'
      ? options.find(([word]) => word === '-u' || word === '--status')
      : options.find(([word]) => word === '-e')
  if (odd !== undefined && command !== null)
    throw new BadUsage(`Illegal option \`${odd[0] === '-e' ? '--event-mask' : '--status'}' with this command`)
  if (!takesAny && (options.length > 0 || protocol !== null)) {
    const option = protocol !== null ? '--protonum' : (LONG_NAMES[options[0]![0]] ?? options[0]![0])
    throw new BadUsage(`Illegal option \`${option}' with this command`)
  }
  if (command === null) throw new BadUsage('no command specified')
  return { ...request, command }
}

const VALUE_OPTIONS = new RegExp(
  '^(-[pfmuwosdrqngjlcbet]|--(protonum|proto|family|mark|status|zone|orig-zone|reply-zone|output|state|timeout|' +
    'src|dst|orig-src|orig-dst|reply-src|reply-dst|src-nat|dst-nat|any-nat|mask-src|mask-dst|sport|dport|' +
    '(orig|reply)-port-(src|dst)|icmp-(type|code|id)|label|buffer-size|event-mask))$',
)
/** How the program names an option that does not belong to a command. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  '-s': '--src',
  '--orig-src': '--src',
  '-d': '--dst',
  '--orig-dst': '--dst',
  '-r': '--reply-src',
  '-q': '--reply-dst',
  '-m': '--mark',
  '-u': '--status',
  '-w': '--zone',
  '-f': '--family',
  '-o': '--output',
}

function commandLetter(word: string): Request['command'] | null {
  if (/^(-L|--dump)$/.test(word)) return 'L'
  if (/^(-D|--delete)$/.test(word)) return 'D'
  if (/^(-F|--flush)$/.test(word)) return 'F'
  if (/^(-C|--count)$/.test(word)) return 'C'
  if (/^(-S|--stats)$/.test(word)) return 'S'
  if (/^(-E|--event)$/.test(word)) return 'E'
  if (/^-[GIUA]$|^--(get|create|update|add)$/.test(word)) throw new UnsupportedError(`conntrack ${word}`)
  return null
}

function addOption(word: string, value: string, protocol: number | null, request: Omit<Request, 'command'>): void {
  const tuple = TUPLE_OPTIONS[word]
  if (tuple !== undefined) {
    if (PORT_OPTION.test(word) && protocol === null) throw new BadUsage(`unknown option \`${word}'`)
    request.tests.push(tupleTest(tuple, value))
  } else if (word === '-m' || word === '--mark') request.tests.push(markTest(value))
  else if (word === '-u' || word === '--status') request.tests.push(statusTest(value))
  else if (word === '-w' || word === '--zone') request.tests.push((entry) => entry.zone === leadingNumber(value))
  else if (word === '--state') {
    if (protocol !== Protocol.TCP) throw new BadUsage(`unknown option \`${word}'`)
    if (!TCP_STATES.test(value)) throw new BadUsage(`unknown TCP state \`${value}'`)
    request.tests.push((entry) => stateName(entry) === value)
  } else if (word === '-f' || word === '--family') {
    if (value === 'ipv6') request.tests.push(() => false)
    else if (value !== 'ipv4') throw new BadUsage(`\`${value}' unsupported protocol`)
  } else if (word === '-e' || word === '--event-mask') {
    request.events = new Set(
      value.split(',').flatMap((name) => {
        const actions = EVENTS[name.toUpperCase()]
        if (actions === undefined) throw new BadUsage(`Bad parameter \`${name}'`)
        return actions
      }),
    )
  } else if (word === '-o' || word === '--output') {
    for (const part of value.split(',')) {
      if (part === 'extended') request.extended = true
      else if (part === 'id') request.id = true
      else if (part === 'timestamp') request.timestamp = true
      else if (/^(xml|ktimestamp|labels|save|userspace)$/.test(part)) throw new UnsupportedError(`conntrack -o ${part}`)
      else throw new BadUsage(`Bad parameter \`${part}'`)
    }
  } else throw new UnsupportedError(`conntrack ${word}`)
}

function tupleTest([side, part]: readonly ['original' | 'reply', keyof Tuple], value: string): Test {
  if (part === 'src' || part === 'dst') {
    const [text, length = '32'] = value.split('/')
    const address = inetAton(text!)
    if (address === undefined) throw new BadUsage(`Invalid IP address \`${value}'`)
    if (!/^\d+$/.test(length) || Number(length) > 32) throw new BadUsage('Invalid netmask')
    const mask = (Number(length) === 0 ? 0 : -1 << (32 - Number(length))) as Ipv4
    return (entry) => ((entry[side][part] ^ address) & mask) === 0
  }
  const number = leadingNumber(value) & 0xffff
  return (entry) => entry[side][part] === number
}

type Translation = 'source' | 'destination' | 'any'

const NAT_OPTIONS: Readonly<Record<string, Translation>> = {
  '-n': 'source',
  '--src-nat': 'source',
  '-g': 'destination',
  '--dst-nat': 'destination',
  '-j': 'any',
  '--any-nat': 'any',
}

/** `-n`, `-g` and `-j`, each alone or with the address that it was translated to (`filter_nat` of conntrack-tools). */
function translationTest(wanted: readonly (readonly [Translation, Ipv4 | null])[]): Test {
  return (entry) => {
    const held = wanted.map(([kind, address]) => {
      const source = kind !== 'destination' && sourceTranslated(entry, address)
      return source || (kind !== 'source' && destinationTranslated(entry, address))
    })
    return held.every(Boolean)
  }
}

/**
 * Trap: a translated port is what differs between the two directions, and of ICMP the identifier of one is compared with the type of the
 * other: it always differs (libnetfilter_conntrack, `__getobjopt`).
 */
function sourceTranslated({ original, reply, protocol, status }: ConntrackEntry, address: Ipv4 | null): boolean {
  if ((status & IPS.SRC_NAT_DONE) === 0) return false
  const moved = original.src !== reply.dst
  if (address !== null) return moved && reply.dst === address
  return moved || protocol === Protocol.ICMP || original.sport !== reply.dport
}

function destinationTranslated({ original, reply, protocol, status }: ConntrackEntry, address: Ipv4 | null): boolean {
  if ((status & IPS.DST_NAT_DONE) === 0) return false
  const moved = original.dst !== reply.src
  if (address !== null) return moved && reply.src === address
  return moved || protocol === Protocol.ICMP || original.dport !== reply.sport
}

/** The number that a word begins with, or 0 (`atoi`). */
function leadingNumber(text: string): number {
  return Number(/^(0[xX][0-9a-fA-F]+|\d+)/.exec(text)?.[1] ?? 0)
}

/** `MARK` or `MARK/MASK` */
function markTest(value: string): Test {
  const [mark = 0, mask = 0xffffffff] = value.split('/').map(leadingNumber)
  return (entry) => (entry.mark & mask) >>> 0 === mark
}

/** All of the bits named; with `UNREPLIED`, not the one for replies. */
function statusTest(value: string): Test {
  let bits = 0
  let without = 0
  for (const word of value.split(',')) {
    const name = word.toUpperCase()
    const bit = STATUS[name]
    if (name === 'UNREPLIED') without |= IPS.SEEN_REPLY
    else if (/^(UNSET|FIXED_TIMEOUT|SRC_NAT|DST_NAT|OFFLOAD|HW_OFFLOAD)$/.test(name))
      throw new UnsupportedError(`conntrack -u ${name}`)
    else if (bit === undefined) throw new BadUsage(`Bad parameter \`${word}'`)
    else bits |= bit
  }
  return ({ status }) => (status & (bits | without)) === bits
}
