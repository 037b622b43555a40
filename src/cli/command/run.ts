import path from 'node:path'
import { runScript } from '../../commands/index.ts'
import { formatRecord } from '../../commands/record/index.ts'
import { recordSnapshot, snapshotText } from '../../snapshot/record.ts'
import { type Journey, journeysOf, Recorder } from '../../trace/index.ts'
import type { Call } from '../call.ts'
import { saveCaptures } from '../captures.ts'
import { ExitCode } from '../failure.ts'
import { readText } from '../files.ts'

/** `kubehop run` */
export async function run(call: Call): Promise<number> {
  const { io } = call
  const file = call.argument(0)
  const text = await readText(file, io)
  const options = { name: file === '-' ? '-' : path.basename(file), seed: call.number('seed') ?? 0 }
  switch (call.choice<'text' | 'json' | 'record' | 'snapshot'>('output') ?? 'text') {
    case 'text': {
      const { exitCode, machine } = runScript(text, {
        ...options,
        onOutput: (printed, stream) => io[stream].write(printed),
      })
      saveCaptures([machine], io)
      return exitCode
    }
    case 'record':
      io.stdout.write(formatRecord(runScript(text, { ...options, asLab: true }).record()))
      return ExitCode.OK
    case 'snapshot': {
      const { machine } = runScript(text, options)
      io.stdout.write(snapshotText(recordSnapshot([{ name: 'host', machine }])))
      return ExitCode.OK
    }
    case 'json':
      io.stdout.write(`${JSON.stringify(scriptJourneys(text, options), null, 2)}\n`)
      return ExitCode.OK
  }
}

/** The way of one packet of a script. */
interface ScriptJourney extends Journey {
  /** Counted from 1 in the order in which packets were sent. */
  readonly journey: number
  /** The journey in whose handling this packet was sent: the request of an answer. 0: a program sent it by itself. */
  readonly cause: number
  /** During which command of the traffic it was sent, counted from 1; absent in a script without a line between set-up and traffic. */
  readonly command?: number
}

interface ScriptJourneys {
  readonly version: 1
  readonly script: string
  readonly exitCode: number
  /** What the commands printed. */
  readonly output: string
  readonly journeys: readonly ScriptJourney[]
}

/** Runs a script and tells the way of each packet: of its traffic alone, where it has a line between set-up and traffic. */
function scriptJourneys(text: string, options: { readonly name: string; readonly seed: number }): ScriptJourneys {
  let recorder: Recorder | null = null
  let begin = (): void => {}
  const steps: Step[] = []
  const { exitCode, output } = runScript(text, {
    ...options,
    probe: (sim) => {
      begin = () => {
        recorder = new Recorder(sim)
      }
      begin()
      return { emit: (event) => recorder?.emit(event) }
    },
    onStep: (step) => {
      if (step === 0) begin()
      else steps.push({ command: step, from: recorder?.journeys.size ?? 0 })
    },
  })
  return {
    version: 1,
    script: options.name,
    exitCode,
    output,
    journeys: recorder === null ? [] : numbered(recorder, steps),
  }
}

/** A command, and how many journeys there were when it began. */
interface Step {
  readonly command: number
  readonly from: number
}

function numbered(recorder: Recorder, steps: readonly Step[]): ScriptJourney[] {
  const records = [...recorder.journeys.values()]
  return journeysOf(recorder).map((way, index) => {
    const { number, cause } = records[index]!
    const command = steps.findLast(({ from }) => from <= index)?.command
    return { journey: number, cause, ...(command !== undefined && { command }), ...way }
  })
}
