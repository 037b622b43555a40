import { groupByNumber, userByNumber } from '../../netfilter/text/accounts.ts'
import { quote } from '../../netfilter/text/quote.ts'
import { type Describe, not, type Option, undashed, valueFor } from './option-words.ts'

/** `connbytes 1:5 connbytes mode bytes connbytes direction original` */
function connbytes(options: readonly Option[]): string {
  const [range] = options
  const mode = valueFor(options, '--connbytes-mode')
  const direction = valueFor(options, '--connbytes-dir')
  return `${not(range!, '! ')}connbytes ${range!.values[0]} connbytes mode ${mode} connbytes direction ${direction}`
}

/** `#conn src/24 > 1` */
function connlimit(options: readonly Option[]): string {
  const side = options.some(({ name }) => name === '--connlimit-daddr') ? 'dst' : 'src'
  const above = valueFor(options, '--connlimit-above')
  const limit = above === undefined ? `<= ${valueFor(options, '--connlimit-upto')}` : `> ${above}`
  return `#conn ${side}/${valueFor(options, '--connlimit-mask')} ${limit}`
}

/** `limit: up to 5/sec burst 5 mode srcip`; it does not say the name. */
function hashlimit(options: readonly Option[]): string {
  const parts = ['limit:']
  for (const { name, values } of options) {
    const [value = ''] = values
    const word = name.slice('--hashlimit-'.length)
    if (word === 'upto' || word === 'above') parts.push(`${word === 'upto' ? 'up to' : word} ${value}`)
    else if (word === 'mode') parts.push(`mode ${value.replaceAll(',', '-')}`)
    else if (word !== 'name') parts.push([word, ...values].join(' '))
  }
  return parts.join(' ')
}

/** `owner UID match 0 ! owner GID match 4-5`; without `-n` with the names that the host knows. */
function owner(options: readonly Option[], numeric: boolean): string {
  const named = (value: string, byNumber: (id: number) => string | undefined): string =>
    (numeric || value.includes('-') ? undefined : byNumber(Number(value))) ?? value
  return options
    .map((option) => {
      const [value = ''] = option.values
      if (option.name === '--suppl-groups') return 'incl. suppl. groups'
      const what =
        option.name === '--uid-owner'
          ? `UID match ${named(value, userByNumber)}`
          : option.name === '--gid-owner'
            ? `GID match ${named(value, groupByNumber)}`
            : 'socket exists'
      return `${not(option, '! ')}owner ${what}`
    })
    .join(' ')
}

/** Matches that count, remember or ask others. */
export const MORE_MATCHES: Readonly<Record<string, Describe | undefined>> = {
  connbytes,
  connlimit,
  hashlimit,
  nfacct: (options) => `nfacct-name  ${options[0]!.values[0]}`,
  owner,
  // of a denial it says nothing
  quota: (options) => `quota: ${options[0]!.values[0]} bytes`,
  rpfilter: (options) => ['rpfilter', ...options.map(({ name }) => name.slice(2))].join(' '),
  set: (options) => undashed(options),
}

/** Targets of the same kind. */
export const MORE_TARGETS: Readonly<Record<string, Describe | undefined>> = {
  NFLOG: (options) =>
    undashed(
      options.map((option) =>
        option.name === '--nflog-prefix' ? { ...option, values: [quote(option.values[0] ?? '')] } : option,
      ),
    ),
  SET: (options) => undashed(options),
}
