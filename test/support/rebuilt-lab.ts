import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Machine, ROOT, runScript } from '../../src/commands/index.ts'
import { Scheduler } from '../../src/commands/process/scheduler.ts'
import { compareWithAny, formatDifferences, type LabRecord, parseRecord } from '../../src/commands/record/index.ts'
import { Simulation } from '../../src/sim/index.ts'
import { readSnapshot } from '../../src/snapshot/index.ts'
import { evidenceOf } from '../../src/snapshot/parse/snapshot-evidence.ts'
import { rebuild } from '../../src/snapshot/rebuild/index.ts'

/*
 * A lab in two halves: its set-up is done on one machine, which is recorded; its traffic runs on the machine that is rebuilt of that snapshot.
 * Programs that the set-up started in the background are started again: sockets are no part of a snapshot.
 */

const FOLDER = fileURLToPath(new URL('../labs', import.meta.url))
const files = readdirSync(FOLDER)

/** Labs of which a snapshot does not tell all, and what it does not tell. */
const UNTOLD: ReadonlyMap<string, string> = new Map([
  ['conntrack-events-of-old', 'a connection is open when the traffic begins: its sockets'],
  ['fragments-through-matches', 'its set-up sends packets: what limit, quota and hashlimit have counted'],
  ['match-connbytes-quota', 'its set-up sends packets: what is left of a quota'],
  ['match-hashlimit-full-table', 'iptables-save prints 1b/s as 0b/s, which nobody can read back'],
  [
    'redirect-then-reject',
    'iptables-save prints all base chains: which of them are there, and so how the kernel’s own trace numbers packets',
  ],
])

/** The names of the labs of which a snapshot tells all. */
export const rebuildableLabs: readonly string[] = files
  .filter((file) => file.endsWith('.sh'))
  .map((file) => file.slice(0, -'.sh'.length))
  .filter((name) => !UNTOLD.has(name))

/** The text of a lab. */
export function labText(name: string): string {
  return readFileSync(`${FOLDER}/${name}.sh`, 'utf8')
}

/** The set-up alone. */
export function setupOf(text: string): string {
  return text.slice(0, text.indexOf('# --- traffic ---'))
}

/** How the traffic on the machine that a snapshot comes to differs from what the kernel did; empty when it does not. */
export function differencesOf(name: string, snapshot: string): string {
  const built = machineOf(snapshot)
  const record = runScript(labText(name), { name: `${name}.sh`, asLab: true, built }).record()
  return formatDifferences(compareWithAny(recordsOf(name).map(withoutPolicies), withoutPolicies(record)))
}

/** A machine with the namespaces of a snapshot of one host. */
function machineOf(text: string): Machine {
  const [host] = readSnapshot(text).hosts
  const nameOf = ({ isHost, name }: { isHost: boolean; name: string }): string =>
    isHost ? ROOT : name.slice(name.indexOf('/') + 1)
  const { sim, namespaces } = rebuild(evidenceOf(host!), {
    // another seed than the set-up had: what is drawn twice would be the same
    sim: new Simulation({ seed: 1 }),
    listeners: false,
    nameOf,
  })
  const own = namespaces.find(({ evidence }) => evidence.isHost)!
  const machine = new Machine(sim, { ...own, scheduler: new Scheduler(sim) })
  for (const { evidence, netns, sockets } of namespaces)
    if (!evidence.isHost) machine.adoptNamespace(nameOf(evidence), netns, sockets)
  return machine
}

function recordsOf(name: string): LabRecord[] {
  return files
    .filter((file) => file.startsWith(`${name}.`) && /^(\d+\.)?record\.json$/.test(file.slice(name.length + 1)))
    .map((file) => parseRecord(readFileSync(`${FOLDER}/${file}`, 'utf8'), file))
}

/** Whether a policy counts is not told: iptables-save prints zeroes of one that does not. */
function withoutPolicies(record: LabRecord): LabRecord {
  const text = JSON.stringify(record)
    .replace(/(:[A-Z]+ (?:ACCEPT|DROP)) \[\d+:\d+\]/g, '$1 [0:0]')
    .replace(/\(policy (ACCEPT|DROP) \d+[KMG]? packets, \d+[KMG]? bytes\)/g, '(policy $1)')
  return JSON.parse(text) as LabRecord
}
