import { type ConntrackEntry, type ConntrackEvent, formatEvent, IPS } from '../netfilter/conntrack/index.ts'
import type { Machine } from './machine.ts'
import { Mailbox } from './process/mailbox.ts'
import { Signal, Signalled, type Task } from './process/process.ts'
import type { ProgramContext } from './process/program.ts'

/** Words of `-e`. */
export const EVENTS: Readonly<Record<string, readonly ConntrackEvent['action'][]>> = {
  ALL: ['new', 'update', 'destroy'],
  NEW: ['new'],
  UPDATES: ['update'],
  DESTROY: ['destroy'],
}
/** What ends within this time is told of when it ends, though nobody looks at it. */
const SOON = 600_000_000_000

/** What is told, and how. */
export interface EventRequest {
  tests: ((entry: ConntrackEntry) => boolean)[]
  /** `-o extended`, `-o id` */
  extended: boolean
  id: boolean
  /** `-o timestamp` */
  timestamp: boolean
  /** `-e` */
  events: ReadonlySet<ConntrackEvent['action']>
}

/** `conntrack -E`: tells of events until it is ended. @param name of the program, for its last words */
export function* tellEvents(
  { tests, events, extended, id, timestamp }: EventRequest,
  { netns, machine, stdout, stderr }: ProgramContext,
  name: string,
): Task {
  const { sim } = machine
  const table = netns.netfilter.conntrack
  const lines = new Mailbox<string>()
  let shown = 0
  const awaited = new WeakSet<ConntrackEntry>()
  const awaitEnd = (entry: ConntrackEntry): void => {
    const left = entry.expiresAt - sim.now
    if (left > SOON || awaited.has(entry)) return
    awaited.add(entry)
    sim.schedule(Math.max(left, 0), look, entry)
  }
  const look = (entry: ConntrackEntry): void => {
    awaited.delete(entry)
    if (table.listeners?.includes(hear) !== true || (entry.status & IPS.DYING) !== 0) return
    if (table.expired(entry)) table.collect()
    else awaitEnd(entry)
  }
  const hear = (event: ConntrackEvent): void => {
    const { entry, action } = event
    if (action !== 'destroy') awaitEnd(entry)
    if (!events.has(action) || !tests.every((test) => test(entry))) return
    // the line is made now: the entry goes on changing
    lines.push(eventLine(event, { extended, id, timestamp }, machine))
  }
  const show = (): void => {
    for (const line of lines.takeAll()) {
      stdout.write(line)
      shown++
    }
  }
  table.listeners = [...(table.listeners ?? []), hear]
  try {
    for (;;) {
      yield lines.filled
      show()
    }
  } catch (error) {
    // trap: of other signals it dies without a word (`event_sighandler` stands for these two)
    if (!(error instanceof Signalled) || (error.signal !== Signal.INT && error.signal !== Signal.TERM)) throw error
    show()
    stderr.write(`${name}: ${shown} flow events have been shown.\n`)
    return 0
  } finally {
    const rest = (table.listeners ?? []).filter((each) => each !== hear)
    table.listeners = rest.length === 0 ? null : rest
  }
}

/** Where the label ends: `[DESTROY] `. */
const LABEL = 10
/** Processes have no numbers here. */
const PROCESS = 4096

function eventLine(
  event: ConntrackEvent,
  { extended, id, timestamp }: Pick<EventRequest, 'extended' | 'id' | 'timestamp'>,
  { sim }: Machine,
): string {
  const micros = Math.floor(sim.now / 1000)
  const time = `[${String(Math.floor(micros / 1e6)).padStart(8, '0')}.${String(micros % 1e6).padStart(6, '0')}]\t`
  const text = formatEvent(event, sim.now)
  return (
    `${timestamp ? time : ''}${text.slice(0, LABEL)}${extended ? 'ipv4     2 ' : ''}${text.slice(LABEL)}` +
    `${id ? ` id=${event.entry.id}` : ''}${event.asked ? ` [USERSPACE] portid=${PROCESS}` : ''}\n`
  )
}
