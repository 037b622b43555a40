/*
 * The command line of iptables as getopt_long(3) of the GNU C library walks it, with iptables' own tables of options (iptables/xtables.c,
 * `original_opts`, and the short ones beside it): words in their order, `-fj X` for `-f -j X`, `--opt=value`, and long names cut short as long as
 * only one fits.
 */

/** How many words an option takes: `optional` ones only when glued to it. */
export type Argument = 'none' | 'required' | 'optional'

/** One name that a long option has; two names with the same `meaning` do not make a shortened one ambiguous. */
export interface LongName<M> {
  readonly name: string
  readonly argument: Argument
  readonly meaning: M
}

/** The letters by their character code, and what they take. */
const SHORT: readonly (Argument | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code)
  if ('ACDEINMPRcdijmopstg'.includes(letter)) return 'required'
  if ('FLSXZWhw'.includes(letter)) return 'optional'
  return 'V46bfnvx'.includes(letter) ? 'none' : undefined
})

export function shortArgument(letter: string): Argument | undefined {
  return SHORT[letter.charCodeAt(0)]
}

/** The long names of iptables itself, by what they mean. */
const LONG_NAMES: readonly (readonly [letter: string, argument: Argument, names: string])[] = [
  ['A', 'required', 'append'],
  ['D', 'required', 'delete'],
  ['C', 'required', 'check'],
  ['I', 'required', 'insert'],
  ['R', 'required', 'replace'],
  ['L', 'optional', 'list'],
  ['S', 'optional', 'list-rules'],
  ['F', 'optional', 'flush'],
  ['Z', 'optional', 'zero'],
  ['N', 'required', 'new-chain'],
  ['X', 'optional', 'delete-chain'],
  ['E', 'required', 'rename-chain'],
  ['P', 'required', 'policy'],
  ['s', 'required', 'source src'],
  ['d', 'required', 'destination dst'],
  ['p', 'required', 'protocol'],
  ['i', 'required', 'in-interface'],
  ['j', 'required', 'jump'],
  ['t', 'required', 'table'],
  ['m', 'required', 'match'],
  ['n', 'none', 'numeric'],
  ['o', 'required', 'out-interface'],
  ['v', 'none', 'verbose'],
  ['w', 'optional', 'wait'],
  ['W', 'optional', 'wait-interval'],
  ['x', 'none', 'exact'],
  ['f', 'none', 'fragments'],
  ['V', 'none', 'version'],
  ['h', 'optional', 'help'],
  ['0', 'none', 'line-numbers'],
  ['M', 'required', 'modprobe'],
  ['c', 'required', 'set-counters'],
  ['g', 'required', 'goto'],
  ['4', 'none', 'ipv4'],
  ['6', 'none', 'ipv6'],
]

export const LONG: ReadonlyMap<string, LongName<string>> = new Map(
  LONG_NAMES.flatMap(([meaning, argument, names]) =>
    names.split(' ').map((name) => [name, { name, argument, meaning }] as const),
  ),
)

/** The one option that a cut name can mean, or undefined: none, or more than one. */
export function completed<M>(prefix: string, names: Iterable<LongName<M>>): LongName<M> | undefined {
  let found: LongName<M> | undefined
  for (const each of names) {
    if (!each.name.startsWith(prefix)) continue
    if (found === undefined) found = each
    else if (found.meaning !== each.meaning || found.argument !== each.argument) return undefined
  }
  return found
}
