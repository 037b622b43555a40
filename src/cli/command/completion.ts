import type { Call } from '../call.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { ExitCode } from '../failure.ts'

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** `kubehop completion` */
export async function run(call: Call): Promise<number> {
  call.io.stdout.write(SCRIPTS[call.argument(0) as keyof typeof SCRIPTS]())
  return ExitCode.OK
}
