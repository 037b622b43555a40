import { Session } from '../../console/index.ts'
import type { Call } from '../call.ts'
import { saveCaptures } from '../captures.ts'
import { commandOutput } from '../shell/command-output.ts'
import { CountedOutput, runLive } from '../shell/live.ts'
import { readWorld } from '../world-input.ts'

/** `kubehop exec` */
export async function run(call: Call): Promise<number> {
  const [place, ...words] = call.arguments
  const { stderr, onInterrupt } = call.io
  const stdout = new CountedOutput(call.io.stdout)
  const session = new Session(await readWorld(call), {
    stdout: commandOutput(stdout),
    stderr: commandOutput(stderr),
    namespace: call.text('namespace'),
  })
  session.use(place!)
  try {
    return await runLive(session, words, { stdout, onInterrupt })
  } finally {
    saveCaptures(session.machines, call.io)
  }
}
