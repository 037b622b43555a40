import { readFileSync } from 'node:fs'
import {
  type LabRecord,
  type LabScript,
  type Observation,
  type ObservedFields,
  type ObservedFrame,
  parseLab,
  parseRecord,
} from '../../../src/commands/record/index.ts'

/** The text of a stored record of the kernel. */
export function storedText(name: string): string {
  return readFileSync(new URL(`../../labs/${name}.record.json`, import.meta.url), 'utf8')
}

export function storedRecord(name: string): LabRecord {
  return parseRecord(storedText(name))
}

export function script(traffic = 'true', setup = '# A story\n'): LabScript {
  return parseLab(`${setup}# --- traffic ---\n${traffic}\n`)
}

/** An observation in which nothing happened but what is given. */
export function observation(seen: Partial<Observation> = {}): Observation {
  return {
    lab: 'lab.sh',
    seconds: 1.26,
    netns: ['root', 'a', 'b'],
    links: [],
    commands: [],
    frames: [],
    rules: [],
    events: {},
    final: {},
    counters: {},
    neigh: {},
    fdb: {},
    route: {},
    snmp: {},
    ...seen,
  }
}

export const MAC_A = '02:00:00:00:00:0a'
export const MAC_B = '02:00:00:00:00:0b'
const SECOND = 1_000_000_000

/** A frame on a/eth0 on its way out, `seconds` after the start. */
export function frame(fields: Partial<ObservedFields>, seconds = 0, seen: Partial<ObservedFrame> = {}): ObservedFrame {
  return {
    time: seconds * SECOND,
    step: 1,
    ns: 'a',
    dev: 'eth0',
    dir: 'out',
    frame: { l3: 'udp', src: '10.0.0.1', dst: '10.0.0.2', smac: MAC_A, dmac: MAC_B, ...fields },
    ...seen,
  }
}
