/** One option as iptables-save writes it. */
export interface Option {
  readonly name: string
  readonly invert: boolean
  readonly values: readonly string[]
}

/** @param protocol of the rule: `tcp`, `17` */
export type Describe = (options: readonly Option[], numeric: boolean, protocol: string) => string

export function not({ invert }: Option, text = '!'): string {
  return invert ? text : ''
}

export function valueFor(options: readonly Option[], name: string): string | undefined {
  return options.find((option) => option.name === name)?.values[0]
}

/** `ctstate NEW ctproto 6`: the options without their dashes, or without more than these. */
export function undashed(options: readonly Option[], prefix = '--'): string {
  return options
    .map((option) => `${not(option, '! ')}${[option.name.slice(prefix.length), ...option.values].join(' ')}`)
    .join(' ')
}
