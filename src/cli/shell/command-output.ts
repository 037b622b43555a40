import type { Output as ProgramOutput } from '../../commands/index.ts'
import type { Output } from '../io.ts'

/** Where a simulated program writes to: an output of this process. */
export function commandOutput(output: Output): ProgramOutput {
  return {
    write: (text) => output.write(text),
    close: () => {},
    isTerminal: output.isTerminal,
  }
}
