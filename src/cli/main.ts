#!/usr/bin/env node
import { main } from './cli.ts'
import type { Output } from './io.ts'

/** An output of the process. A reader that has gone away (`kubehop … | head`) is no error of ours. */
function outputOf(stream: NodeJS.WriteStream): Output {
  let closed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    closed = true
  })
  return {
    write: (text) => {
      if (!closed) stream.write(text)
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns
    },
    get closed() {
      return closed
    },
  }
}

// Not process.exit(): what is still on its way to a pipe would be lost.
process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  terminal: process.stdin.isTTY && process.stdout.isTTY ? { input: process.stdin, output: process.stdout } : undefined,
  onInterrupt: (interrupt) => {
    process.on('SIGINT', interrupt)
    return () => process.off('SIGINT', interrupt)
  },
  env: process.env,
  cwd: process.cwd(),
})
