/** Somewhere to write text to: a terminal, a pipe, a test's string. */
export interface Output {
  write(text: string): void
  /** Somebody watches: colours and progress make sense. */
  readonly isTerminal: boolean
  /** Width of the terminal in characters, when there is one. */
  readonly columns?: number | undefined
  /** Nobody reads any more (EPIPE): long work may stop. */
  readonly closed?: boolean | undefined
}

/** The process around a command: everything that it may touch, so that tests can stand in for it. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Somebody types: what line editing needs. */
  readonly terminal?: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream } | undefined
  /** Calls this on Ctrl-C, instead of ending the process, until what is returned is called. */
  readonly onInterrupt?: ((interrupt: () => void) => () => void) | undefined
  /** Folder that relative file names start from. */
  readonly cwd: string
}

/**
 * Are colours wanted on this output? On a terminal, unless `NO_COLOR` (no-color.org) or `TERM=dumb` says otherwise; `FORCE_COLOR` has the last word,
 * as in Node.
 */
export function wantsColor(output: Output, env: Io['env']): boolean {
  const force = env.FORCE_COLOR
  if (force !== undefined) return force !== '0' && force !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return output.isTerminal && env.TERM !== 'dumb'
}
