/** An option of iptables-save or iptables-restore. */
export interface KnownOption {
  readonly letter: string
  readonly name: string
  readonly argument?: 'required' | 'optional'
}

interface ReadWords {
  readonly options: readonly { readonly letter: string; readonly value: string | null }[]
  /** What is no option. */
  readonly words: readonly string[]
}

/**
 * The command line as getopt_long(3) walks it: letters may stand together, long names may be cut short, options may follow words. Text:
 * what it says of a mistake, without the name of the program.
 */
export function readSaveWords(args: readonly string[], known: readonly KnownOption[]): ReadWords | string {
  const options: { letter: string; value: string | null }[] = []
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const typed = equals < 0 ? word.slice(2) : word.slice(2, equals)
      const meant = longOption(typed, known)
      if (typeof meant === 'string') return meant
      let value = equals < 0 ? null : word.slice(equals + 1)
      if (value !== null && meant.argument === undefined) return `option '--${meant.name}' doesn't allow an argument`
      if (value === null && meant.argument === 'required') {
        value = args[++i] ?? null
        if (value === null) return `option '--${meant.name}' requires an argument`
      }
      options.push({ letter: meant.letter, value })
    } else if (word.startsWith('-') && word !== '-') {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        const meant = known.find((option) => option.letter === letter)
        if (meant === undefined) return `invalid option -- '${letter}'`
        let value: string | null = null
        if (meant.argument === 'required') {
          value = word.slice(at + 1) || (args[++i] ?? null)
          if (value === null) return `option requires an argument -- '${letter}'`
          at = word.length
        }
        options.push({ letter, value })
      }
    } else words.push(word)
  }
  return { options, words }
}

function longOption(typed: string, known: readonly KnownOption[]): KnownOption | string {
  const exact = known.find(({ name }) => name === typed)
  if (exact !== undefined) return exact
  const [first, ...others] = known.filter(({ name }) => name.startsWith(typed))
  if (first === undefined) return `unrecognized option '--${typed}'`
  if (others.length === 0) return first
  return `option '--${typed}' is ambiguous; possibilities: ${[first, ...others].map(({ name }) => `'--${name}'`).join(' ')}`
}
