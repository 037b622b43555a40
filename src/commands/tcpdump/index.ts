import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { nameOfAddress } from '../names.ts'
import { openFile } from '../proc-files.ts'
import { Signal, Signalled, type Task } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { type Captured, LinkType } from './captured.ts'
import { compileFilter, FilterError } from './filter/index.ts'
import { BadUsage, type Request, readRequest } from './options.ts'
import { fileHeader, packetRecord, readCapture, SNAPLEN } from './pcap-file.ts'
import { PacketPrinter } from './print/index.ts'
import { NUMBERS, withNames } from './print/names.ts'
import { Tap } from './tap.ts'
import { TimeStamps } from './time.ts'

/**
 * tcpdump(8) 4.99.3 with libpcap 1.10.3. It prints from the very octets, as the real one does; times are virtual (`TimeStamps`), and packets are
 * shown as soon as they come, as with `--immediate-mode`. Names (no `-n`), and what is inside of protocols other than HTTP and VXLAN, are refused.
 */
export const tcpdump: Program = (args, context) => {
  try {
    const request = readRequest(args)
    return request.read === '' ? capture(request, context) : readBack(request, context)
  } catch (error) {
    return refused(error, context)
  }
}

function refused(error: unknown, { stderr }: ProgramContext): number {
  if (error instanceof BadUsage) stderr.write(`${error.message}\n`)
  else if (error instanceof FilterError) stderr.write(`tcpdump: ${error.message}\n`)
  else throw error
  return 1
}

const LINK_TYPES: Readonly<Record<LinkType, string>> = {
  [LinkType.ETHERNET]: 'EN10MB (Ethernet)',
  [LinkType.LINUX_SLL2]: 'LINUX_SLL2 (Linux cooked v2)',
}

/** `-i`: null stands for all devices. */
function deviceOf({ device }: Request, netns: NetworkNamespace): Link | null {
  if (device === 'any') return null
  if (device === '') {
    const first = [...netns.devices()]
      .sort((a, b) => a.ifindex - b.ifindex)
      .find((each) => each.running && !each.loopback)
    if (first === undefined) throw new UnsupportedError('tcpdump without -i, where no device is up')
    return first
  }
  const link = netns.deviceByName(device)
  if (link === undefined) throw new BadUsage(`tcpdump: ${device}: No such device exists\n(No such device exists)`)
  if (!link.up) throw new BadUsage(`tcpdump: ${device}: That device is not up`)
  return link
}

function capture(request: Request, context: ProgramContext): Task | number {
  const { netns, machine, stderr } = context
  const link = deviceOf(request, netns)
  const linkType = link === null ? LinkType.LINUX_SLL2 : LinkType.ETHERNET
  if (link === null) stderr.write('tcpdump: data link type LINUX_SLL2\n')
  const { direction, write, print } = request
  const filter = compileFilter(request.filter)
  if (write !== '') {
    const file = openFile(write, false, context)
    if (typeof file === 'string') throw new BadUsage(`tcpdump: ${write}: ${file}`)
    machine.captures.create(write, fileHeader(linkType))
  }
  const quiet = write !== '' || print.verbose > 0
  stderr.write(
    `${quiet ? 'tcpdump: ' : 'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n'}` +
      `listening on ${link?.name ?? 'any'}, link-type ${LINK_TYPES[linkType]}, snapshot length ${SNAPLEN} bytes\n`,
  )
  return listen(request, new Tap(netns, link, filter, direction, !request.modest), context)
}

function* listen(request: Request, tap: Tap, context: ProgramContext): Task {
  const { machine, stderr } = context
  const { count, write } = request
  const out = new Paper(request, context)
  let captured = 0
  let ended = false
  const take = (): void => {
    for (let packet = tap.inbox.take(); packet !== undefined; packet = tap.inbox.take()) {
      captured++
      if (write === '') out.print(packet)
      else machine.captures.append(write, packetRecord(packet))
      ended = captured === count
      if (ended) return
    }
  }
  try {
    while (!ended) {
      yield tap.inbox.filled
      take()
    }
    return 0
  } catch (error) {
    if (!(error instanceof Signalled) || error.signal === Signal.KILL) throw error
    return 0
  } finally {
    tap.close()
    if (!ended) take()
    // a line that was cut short may stand there
    if (!ended && write === '') out.add('\n')
    out.flush()
    stderr.write(
      `${captured} packet${captured === 1 ? '' : 's'} captured\n` +
        `${tap.received} packet${tap.received === 1 ? '' : 's'} received by filter\n0 packets dropped by kernel\n`,
    )
  }
}

/** `-r FILE` */
function readBack(request: Request, context: ProgramContext): number {
  const { machine, stderr } = context
  const { read, write, count } = request
  const octets = machine.captures.read(read)
  if (octets === undefined) throw new BadUsage(`tcpdump: ${read}: No such file or directory`)
  const file = readCapture(octets)!
  stderr.write(`reading from file ${read}, link-type ${LINK_TYPES[file.linkType]}, snapshot length ${SNAPLEN}\n`)
  const filter = compileFilter(request.filter)
  const out = new Paper(request, context)
  if (write !== '') {
    const target = openFile(write, false, context)
    if (typeof target === 'string') throw new BadUsage(`tcpdump: ${write}: ${target}`)
    machine.captures.create(write, fileHeader(file.linkType))
  }
  let shown = 0
  for (const packet of file.packets) {
    if (!filter(packet)) continue
    if (write === '') out.print(packet)
    else machine.captures.append(write, packetRecord(packet))
    if (++shown === count) break
  }
  out.flush()
  return 0
}

/** Full blocks alone leave a buffer that no terminal reads (stdio of glibc). */
const BLOCK = 4096

/** Where packets are printed: line by line for a terminal or with `-l`, else a block at a time. */
class Paper {
  readonly #context: ProgramContext
  readonly #printer: PacketPrinter
  readonly #times: TimeStamps
  readonly #numbered: boolean
  readonly #atOnce: boolean
  #lines = 0
  #text = ''

  constructor({ print, numeric, times, numbered, lineBuffered }: Request, context: ProgramContext) {
    this.#context = context
    const { machine, netns } = context
    this.#printer = new PacketPrinter(
      print,
      numeric ? NUMBERS : withNames((address) => nameOfAddress(address, machine)),
      (ifindex) => netns.deviceByIndex(ifindex)?.name ?? `if${ifindex}`,
    )
    this.#times = new TimeStamps(times)
    this.#numbered = numbered
    this.#atOnce = lineBuffered || context.stdout.isTerminal === true
  }

  print(packet: Captured): void {
    const number = this.#numbered ? `${String(++this.#lines).padStart(5)}  ` : ''
    this.add(`${number}${this.#times.text(packet.time)}${this.#printer.text(packet)}\n`)
  }

  add(text: string): void {
    this.#text += text
    if (this.#atOnce) this.flush()
    else if (this.#text.length >= BLOCK) {
      const whole = this.#text.length - (this.#text.length % BLOCK)
      this.#context.stdout.write(this.#text.slice(0, whole))
      this.#text = this.#text.slice(whole)
    }
  }

  flush(): void {
    if (this.#text !== '') this.#context.stdout.write(this.#text)
    this.#text = ''
  }
}
