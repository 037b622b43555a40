/** An option of a command: how it is written, what its value may be, and what it means. */
export interface OptionSpec {
  /** Without the dashes: `max-input`. */
  readonly name: string
  readonly short?: string
  /** What stands for the value in the help: `FILE`. Absent: a switch, without a value. */
  readonly value?: string
  readonly what: string
  /** May be given several times. */
  readonly many?: true
  readonly required?: true
  /** The only values that it takes. */
  readonly choices?: readonly string[]
  /** A whole number in this range. */
  readonly integer?: { readonly min: number; readonly max: number }
  /** A number of octets; `k`, `M` and `G` multiply by 1024. */
  readonly bytes?: true
  /** A network, as 10.244.0.0/16. */
  readonly cidr?: true
  /** Shells complete the names of files. */
  readonly files?: true
  /** Heading in the help; default `Options`. */
  readonly group?: string
}

export interface ArgumentSpec {
  /** `FROM` */
  readonly name: string
  readonly what: string
  readonly optional?: true
  /** Takes all that follow. */
  readonly many?: true
  readonly choices?: readonly string[]
  readonly files?: true
}

export interface ExampleSpec {
  readonly command: string
  readonly what: string
}

/** A command: all that the parser, the help and the shells' completion need to know. Its work is in `load.ts`. */
export interface CommandSpec {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Paragraphs between usage and options. */
  readonly description: readonly string[]
  readonly arguments: readonly ArgumentSpec[]
  readonly options: readonly OptionSpec[]
  readonly examples: readonly ExampleSpec[]
}
