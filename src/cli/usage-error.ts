import { KubehopError } from '../packet/errors.ts'

/** The command line itself is wrong. */
export class UsageError extends KubehopError {
  constructor(message: string, hint?: string) {
    super('USAGE', message, hint === undefined ? {} : { hint })
  }
}
