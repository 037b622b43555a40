import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, delimiter, join } from 'node:path'
import { type LabRecord, type LabScript, normaliseObservation, parseLab } from '../commands/record/index.ts'
import { bashProgram, looksOf } from './bash-program.ts'
import { LabError } from './errors.ts'
import { readRecorderMessages } from './messages.ts'
import { observe } from './observe.ts'
import { RECORDER_PROGRAM, TRACE_TABLE } from './recorder-program.ts'

export interface RecordOptions {
  /** Name of the lab in the record; the file's name unless given. */
  readonly name?: string
  /** Hard limit for one lab in seconds; 120 unless given. */
  readonly timeLimit?: number
  /** The CPU to which all is pinned: one CPU makes the order of frames repeatable. 0 unless given; null leaves it to the kernel. */
  readonly cpu?: number | null
  /** Ends the lab early. */
  readonly signal?: AbortSignal
}

const TIME_LIMIT = 120
/** The recorder keeps the limit itself; past this many seconds more it is hung. */
const GRACE = 10
/** What the laboratory calls, and the Debian package that has it. */
const TOOLS: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  taskset: 'util-linux',
  mount: 'mount',
  perl: 'perl-base',
  bash: 'bash',
  ip: 'iproute2',
  bridge: 'iproute2',
  nft: 'nftables',
  'iptables-save': 'iptables',
  conntrack: 'conntrack',
}
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Why there is no laboratory on this machine, or null: there is one. */
export function labObstacle(): string | null {
  if (process.platform !== 'linux') return 'the laboratory needs Linux'
  if (process.getuid?.() !== 0) return 'the laboratory needs root'
  const missing = Object.keys(TOOLS).filter((tool) => pathOf(tool) === undefined)
  if (missing.length === 0) return null
  const packages = missing.map((tool) => `${tool} (Debian package ${TOOLS[tool]})`)
  return `the laboratory needs ${packages.join(', ')}`
}

/** Is `iptables` of this machine the legacy one? nf_tables' trace does not reach its rules, and it has all chains of a table from the beginning. */
export function iptablesIsLegacy(): boolean {
  const said = spawnSync('iptables', ['--version'], { encoding: 'utf8', env: { PATH } }).stdout
  return said?.includes('legacy') ?? false
}

function pathOf(tool: string): string | undefined {
  return PATH.split(delimiter)
    .map((folder) => join(folder, tool))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Runs the lab in a file on the real kernel; see {@link recordLabText}. */
export async function recordLab(path: string, options: RecordOptions = {}): Promise<LabRecord> {
  return recordLabText(await readFile(path, 'utf8'), { name: basename(path), ...options })
}

/**
 * Runs a lab under bash in fresh network, mount and process namespaces and returns its record. Nothing reaches the machine's own
 * namespaces: /run and /tmp are private, and the end of the recorder, for whatever reason, ends everything that the lab started.
 * That holds if this process is killed, too: the recorder ends when its standard input closes.
 * @throws LabError
 * @throws KubehopError `BAD_LAB`
 */
export async function recordLabText(text: string, options: RecordOptions = {}): Promise<LabRecord> {
  const script = parseLab(text)
  const obstacle = labObstacle()
  if (obstacle !== null) throw new LabError('LAB_UNSUPPORTED', obstacle)
  const { output, seconds } = await runRecorder(script, options)
  const observation = observe(script, readRecorderMessages(output), options.name ?? 'lab', seconds)
  return normaliseObservation(script, observation)
}

function runRecorder(script: LabScript, options: RecordOptions): Promise<{ output: Buffer; seconds: number }> {
  const limit = options.timeLimit ?? TIME_LIMIT
  const cpu = options.cpu === undefined ? 0 : options.cpu
  const command = [
    ...(cpu === null ? [] : ['taskset', '-c', String(cpu)]),
    'unshare',
    ...['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'],
    ...['perl', '-e', RECORDER_PROGRAM],
  ]
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    // A group of its own: Ctrl-C reaches this process alone, whose end closes the recorder's standard input.
    const child = spawn(command[0]!, command.slice(1), {
      cwd: '/',
      detached: true,
      env: { PATH, LC_ALL: 'C', HOME: '/' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const output: Buffer[] = []
    const complaints: Buffer[] = []
    let failure: LabError | undefined
    const stop = (error: LabError) => {
      failure ??= error
      child.kill('SIGKILL')
    }
    const abort = () => stop(new LabError('LAB_ABORTED', 'the lab was aborted'))
    const timer = setTimeout(
      () => stop(new LabError('LAB_FAILED', `the recorder hung for ${limit + GRACE} seconds`)),
      (limit + GRACE) * 1000,
    )
    child.stdout.on('data', (octets: Buffer) => output.push(octets))
    child.stderr.on('data', (octets: Buffer) => complaints.push(octets))
    // The recorder may be gone before it read all; its end is told below.
    child.stdin.on('error', () => {})
    child.on('error', (cause) => {
      failure ??= new LabError('LAB_FAILED', `cannot start ${command[0]}`, { cause })
    })
    child.on('close', () => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      const complaint = Buffer.concat(complaints).toString('utf8').trim()
      if (output.length === 0 && complaint !== '') failure ??= new LabError('LAB_FAILED', complaint)
      if (failure !== undefined) reject(failure)
      else resolve({ output: Buffer.concat(output), seconds: Number(process.hrtime.bigint() - started) / 1e9 })
    })
    const program = Buffer.from(bashProgram(script))
    const outside = readlinkSync('/proc/self/ns/net')
    child.stdin.write(`outside ${outside}\ntable ${TRACE_TABLE}\nlimit ${limit}\nlook ${looksOf(script)}\n`)
    child.stdin.write(`script ${program.length}\n`)
    child.stdin.write(program)
    if (options.signal?.aborted === true) abort()
    else options.signal?.addEventListener('abort', abort)
  })
}
