import { UnsupportedError } from '../../packet/errors.ts'
import { type CommandLine, type Flags, parseFlags } from '../pflag.ts'
import { KubectlError } from './errors.ts'

const REFUSED = { refused: true } as const
const REFUSED_VALUE = { refused: true, value: true } as const

/** Those of every verb (`kubectl options`): who asks which cluster how. */
export const GLOBAL_FLAGS: Flags = {
  namespace: { short: 'n', value: true },
  help: { short: 'h' },
  as: REFUSED_VALUE,
  'as-group': REFUSED_VALUE,
  'as-uid': REFUSED_VALUE,
  'cache-dir': REFUSED_VALUE,
  'certificate-authority': REFUSED_VALUE,
  'client-certificate': REFUSED_VALUE,
  'client-key': REFUSED_VALUE,
  cluster: REFUSED_VALUE,
  context: REFUSED_VALUE,
  'insecure-skip-tls-verify': REFUSED,
  kubeconfig: REFUSED_VALUE,
  'request-timeout': REFUSED_VALUE,
  server: { short: 's', ...REFUSED_VALUE },
  token: REFUSED_VALUE,
  user: REFUSED_VALUE,
  v: { short: 'v', ...REFUSED_VALUE },
}

/**
 * Reads the words behind a verb.
 *
 * @throws KubectlError in pflag's words @throws UnsupportedError for a flag that kubectl has and kubehop does not
 */
export function readFlags(args: readonly string[], known: Flags, verb: string): CommandLine {
  return parseFlags(args, known, {
    fail: (text) => {
      const usage = verb === '' ? 'kubectl --help' : `kubectl ${verb} --help`
      throw new KubectlError(`error: ${text}\nSee '${usage}' for usage.`)
    },
    refuse: (name) => {
      throw new UnsupportedError(`kubectl ${verb} --${name}`)
    },
  })
}
