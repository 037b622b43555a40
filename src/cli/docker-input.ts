import { TextOutput } from '../commands/process/streams.ts'
import { dockerWorld, Session, type World } from '../console/index.ts'
import { KubehopError } from '../packet/errors.ts'
import type { Call } from './call.ts'
import { CLUSTER_OPTIONS, INPUT_OPTIONS } from './cluster-options.ts'
import { readText } from './files.ts'
import { UsageError } from './usage-error.ts'

/** Options that mean nothing without a cluster. */
const OF_CLUSTERS = [...INPUT_OPTIONS, ...CLUSTER_OPTIONS]
  .map(({ name }) => name)
  .filter((name) => name !== 'file')
  .concat('namespace', 'at')

/**
 * The host with Docker that a call's `--docker` asks for: the lines of `-f` are run on it first.
 *
 * @throws KubehopError `BAD_SETUP`: a line ended with an error
 */
export async function readDocker(call: Call): Promise<World> {
  const wrong = OF_CLUSTERS.find((name) => call.has(name))
  if (wrong !== undefined) throw new UsageError(`--${wrong} is about a cluster`, 'with --docker there is none')
  const world = dockerWorld({ seed: call.number('seed') })
  const stderr = new TextOutput()
  const session = new Session(world, { stdout: new TextOutput(), stderr })
  for (const file of call.list('file')) {
    const lines = (await readText(file, call.io)).split('\n')
    lines.forEach((text, i) => {
      runLine(session, text, { file, line: i + 1 }, stderr)
    })
  }
  return world
}

function runLine(session: Session, text: string, where: { file: string; line: number }, stderr: TextOutput): void {
  stderr.text = ''
  let code: number
  try {
    code = session.run(text)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
    throw new KubehopError('BAD_SETUP', error.message.replace(/^line:1: /, ''), { where })
  }
  if (code === 0) return
  const said = stderr.text.trim().split('\n')[0] ?? ''
  throw new KubehopError(
    'BAD_SETUP',
    `"${text.trim()}" ended with exit code ${code}${said === '' ? '' : `: ${said}`}`,
    {
      where,
    },
  )
}
