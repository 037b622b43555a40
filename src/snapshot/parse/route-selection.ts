import { abbreviates } from './command.ts'
import type { RouteSelection } from './routes.ts'

/** What a call of `ip route show` asks for. */
export interface Selection {
  readonly values: RouteSelection
  /** `main` unless it was said, or `all`. */
  readonly table: string
  /** More than a table was asked for. */
  readonly filtered: boolean
}

const SELECTING: Readonly<Record<string, 'type' | 'via' | 'dev' | 'proto' | 'scope' | 'src' | 'metric'>> = {
  type: 'type',
  via: 'via',
  dev: 'dev',
  oif: 'dev',
  proto: 'proto',
  protocol: 'proto',
  scope: 'scope',
  src: 'src',
  metric: 'metric',
}

/** What `ip route show` selects by. Null: the cache, which is no table. */
export function readSelection(args: readonly string[]): Selection | null {
  const values = new Map<'type' | 'via' | 'dev' | 'table' | 'proto' | 'scope' | 'src' | 'metric', string>()
  let table = 'main'
  let filtered = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word === 'cache' || word === 'cached') return null
    if (abbreviates(word, 'table')) table = args[++i] ?? 'main'
    else if (word === 'vrf') return null
    else {
      filtered = true
      if (Object.hasOwn(SELECTING, word)) {
        const value = args[++i]
        // a network of gateways or sources is no value of one
        if (value !== undefined && value !== 'all' && !value.includes('/')) values.set(SELECTING[word]!, value)
      }
    }
  }
  if (table === 'cache') return null
  if (table === '254') table = 'main'
  else if (table === '255') table = 'local'
  else if (table === '253') table = 'default'
  else if (table === '0' || table === 'unspec') table = 'all'
  if (table !== 'all' && table !== 'main') values.set('table', table)
  return { values, table, filtered }
}
