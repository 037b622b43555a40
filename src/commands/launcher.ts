import { UnsupportedError } from '../packet/errors.ts'
import type { Launcher, Program } from './process/program.ts'
import { insteadOf } from './unmodelled.ts'

/** Runs programs of a table by their name; a path before it does not matter (`/sbin/ip`). */
export function launcherOf(programs: Readonly<Record<string, Program | undefined>>): Launcher {
  return (words, context) => {
    const [name = '', ...args] = words
    const program = programs[name.replace(/^(\/usr)?(\/local)?\/s?bin\//, '')]
    if (program === undefined) {
      const hint = insteadOf(name)
      throw new UnsupportedError(`the command ${name}`, hint === undefined ? {} : { hint })
    }
    for (const variable of context.assigned?.keys() ?? []) {
      if (program.reads?.includes(variable) !== true)
        throw new UnsupportedError(`a variable for one command alone (${variable}=value ${name})`)
    }
    return program(args, context)
  }
}
