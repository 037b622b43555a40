import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'

/** `-m nfacct` (net/netfilter/xt_nfacct.c): counts the packet on a named counter; matches every packet. */
export interface NfacctMatch extends Match {
  readonly kind: 'nfacct'
  /** At most 31 characters. */
  readonly name: string
}

/** A named counter, as run-time state under `nfacct NAME`. */
export interface NfacctCounter {
  packets: number
  bytes: number
}

const MAX_NAME = 31

export const nfacct: MatchDefinition<NfacctMatch> = {
  kind: 'nfacct',
  options: [{ names: ['nfacct-name'], words: 1, required: true }],

  parse(options) {
    return { kind: 'nfacct', name: options.text('nfacct-name')!.slice(0, MAX_NAME) }
  },

  print(match) {
    // two blanks: one is libxt_nfacct's, one is xtables_save_string's
    return ` --nfacct-name  ${match.name}`
  },

  compile(match) {
    const key = `nfacct ${match.name}`
    return (packet, _state, context) => {
      const counter = context.state(key, newCounter, cloneCounter)
      counter.packets++
      counter.bytes += packet.ip!.totalLength
      return true
    }
  },
}

function newCounter(): NfacctCounter {
  return { packets: 0, bytes: 0 }
}

function cloneCounter(counter: NfacctCounter): NfacctCounter {
  return { packets: counter.packets, bytes: counter.bytes }
}
