import { Session } from '../../console/index.ts'
import type { Call } from '../call.ts'
import { saveCaptures } from '../captures.ts'
import { readCluster } from '../cluster-input.ts'
import { commandOutput } from '../shell/command-output.ts'

/** `kubehop exec` */
export async function run(call: Call): Promise<number> {
  const [place, ...words] = call.arguments
  const { stdout, stderr } = call.io
  const session = new Session(await readCluster(call), {
    stdout: commandOutput(stdout),
    stderr: commandOutput(stderr),
    namespace: call.text('namespace'),
  })
  session.use(place!)
  try {
    return session.exec(words)
  } finally {
    saveCaptures(session.machines, call.io)
  }
}
