import { availableParallelism } from 'node:os'
import { SECTIONS } from '../../src/commands/record/index.ts'
import { type DrawnLab, drawLab } from './draw.ts'
import { judge, type Verdict } from './judge.ts'
import { type LabNumber, labName, labText } from './lab.ts'
import { shrink } from './shrink.ts'
import type { Truths } from './truths.ts'

export interface Outcome extends LabNumber {
  readonly probes: number
  readonly verdict: Verdict
}

export interface CampaignOptions {
  readonly seed: number
  /** Which labs of the seed, in this order. */
  readonly runs: Iterable<number>
  /** Labs at a time; most of a lab is waiting. */
  readonly jobs: number
  /** Milliseconds; no lab begins later. */
  readonly time: number
  /** Milliseconds that making one disagreement smaller may take; 0: it stays as it is. */
  readonly shrinkTime: number
  /** Where the kernel's records are kept. */
  readonly truths?: Truths | undefined
  /** Told of each lab when it is judged. */
  readonly onOutcome: (outcome: Outcome) => void
  /** Told of each disagreement, as small as it became. */
  readonly onDisagreement: (number: LabNumber, text: string, verdict: Verdict) => void
}

export function isDisagreement({ kind }: Verdict): boolean {
  return kind === 'disagree' || kind === 'disagree-apart'
}

const CPUS = availableParallelism()

/** Judges labs side by side, and makes those smaller on which kernel and kubehop disagree. */
export async function campaign(options: CampaignOptions): Promise<void> {
  const begin = performance.now()
  const runs = options.runs[Symbol.iterator]()
  const work = async (slot: number): Promise<void> => {
    while (performance.now() - begin < options.time) {
      const next = runs.next()
      if (next.done === true) return
      const number = { seed: options.seed, run: next.value }
      const lab = drawLab(number)
      const verdict = await judge(
        { text: labText(lab.value, number), name: labName(number) },
        { cpu: slot % CPUS, truths: options.truths },
      )
      options.onOutcome({ ...number, probes: countProbes(lab), verdict })
      if (isDisagreement(verdict)) await report(lab, number, verdict, slot, options)
    }
  }
  await Promise.all(Array.from({ length: options.jobs }, (_, slot) => work(slot)))
}

/** Commands that send packets. */
function countProbes({ value }: DrawnLab): number {
  return value.probes.filter(({ kind }) => ['ping', 'tcp', 'udp', 'traceroute'].includes(kind)).length
}

async function report(
  lab: DrawnLab,
  number: LabNumber,
  verdict: Verdict,
  slot: number,
  options: CampaignOptions,
): Promise<void> {
  const name = labName(number)
  const print = (each: DrawnLab) => labText(each.value, number)
  const small =
    options.shrinkTime === 0
      ? lab
      : await shrink(lab, {
          print,
          fails: async (text, other) =>
            isDisagreement(await judge({ text, name }, { cpu: (slot + other) % CPUS, times: 1 })),
          slots: 4,
          clock: () => performance.now(),
          deadline: performance.now() + options.shrinkTime,
        })
  const again = small === lab ? verdict : await judge({ text: print(small), name }, { cpu: slot % CPUS })
  // What became so small that it cannot be told from the kernel's own moods is shown as it was.
  const told = isDisagreement(again)
  options.onDisagreement(number, print(told ? small : lab), told ? again : verdict)
}

/** What a campaign saw, added up. */
export class Tally {
  labs = 0
  probes = 0
  readonly kinds: Partial<Record<Verdict['kind'], number>> = {}
  readonly agreeing = Object.fromEntries(SECTIONS.map((section) => [section, 0])) as Record<string, number>

  get disagreements(): number {
    return (this.kinds.disagree ?? 0) + (this.kinds['disagree-apart'] ?? 0)
  }

  add({ probes, verdict }: Pick<Outcome, 'probes' | 'verdict'>): void {
    this.labs++
    this.probes += probes
    this.kinds[verdict.kind] = (this.kinds[verdict.kind] ?? 0) + 1
    if (verdict.kind === 'agree') {
      for (const section of SECTIONS) this.agreeing[section]! += verdict.counts[section].agree
    }
  }

  text(): string {
    const kinds = Object.entries(this.kinds).map(([kind, count]) => `${count} ${WORDS[kind as Verdict['kind']]}`)
    const lines = Object.entries(this.agreeing).map(([section, count]) => `${section} ${count}`)
    return `${this.labs} labs, ${this.probes} probes: ${kinds.join(', ')}\nagreed on: ${lines.join(', ')}\n`
  }
}

const WORDS: Readonly<Record<Verdict['kind'], string>> = {
  agree: 'agree',
  refused: 'refused by both',
  disagree: 'disagree',
  'disagree-apart': 'ended apart',
  unsupported: 'not modelled',
  timed: 'in which hundredths of a second decide',
  unstable: 'of which the kernel says one thing now and another then',
  failed: 'not recorded',
}
