import { main } from '../../src/cli/index.ts'

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CliOptions {
  /** What stands on standard input, as one piece or several. */
  readonly stdin?: string | Uint8Array | readonly Uint8Array[]
  readonly env?: Readonly<Record<string, string>>
  /** Standard output and error are a terminal of 100 columns. */
  readonly terminal?: boolean
  readonly cwd?: string
}

/** Runs a command line in this process, with a process of its own around it. */
export async function cli(argv: string | readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const words = typeof argv === 'string' ? argv.split(' ') : argv
  let out = ''
  let err = ''
  const { stdin = '' } = options
  const pieces =
    typeof stdin === 'string' ? [new TextEncoder().encode(stdin)] : stdin instanceof Uint8Array ? [stdin] : stdin
  const isTerminal = options.terminal ?? false
  const columns = isTerminal ? 100 : undefined
  const code = await main(words, {
    stdin: (async function* () {
      yield* pieces
    })(),
    stdout: {
      write: (text) => {
        out += text
      },
      isTerminal,
      columns,
    },
    stderr: {
      write: (text) => {
        err += text
      },
      isTerminal,
      columns,
    },
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
  })
  return { code, out, err }
}

export const SHOP = 'examples/shop.yaml'

/** A pod that says all there is to know about it. */
export function podText(name: string, ip: string, node = 'node-1'): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  nodeName: ${node}
  containers: [{name: main, image: example, ports: [{containerPort: 80}]}]
status:
  phase: Running
  podIP: ${ip}
  conditions: [{type: Ready, status: "True"}]
`
}

export function nodeText(name: string, address: string, podCidr: string): string {
  return `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: ${podCidr}}
status: {addresses: [{type: InternalIP, address: ${address}}]}
`
}

export function serviceText(name: string, extra = ''): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  selector: {app: ${name}}
  ports: [{port: 80}]
${extra}`
}
