import { KERNEL_SOCKET } from '../../packet/packet.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { groupByName, userByName } from '../text/accounts.ts'
import { badRule } from '../text/errors.ts'
import { type NumberRange, parseUnsigned } from '../text/numbers.ts'
import type { OptionReader } from '../text/options.ts'

/** `-m owner` (net/netfilter/xt_owner.c): who sent the packet. What the kernel sends by itself has a socket, but no owner. */
export interface OwnerMatch extends Match {
  readonly kind: 'owner'
  readonly socketExists?: { readonly invert: boolean }
  readonly uid?: NumberRange
  readonly gid?: NumberRange
  /** The groups that the owner is in, too, count. */
  readonly supplementary: boolean
}

/** Programs in the simulation run as root, in the group of root alone. */
const ROOT = 0
/** 2^32 - 1 is "nobody at all". */
const MAX_ID = 0xfffffffe

function readIds(
  options: OptionReader,
  option: string,
  byName: (name: string) => number | undefined,
): NumberRange | undefined {
  const given = options.find(option)
  if (given === undefined) return undefined
  const { value, invert } = given
  const named = byName(value)
  if (named !== undefined) return { min: named, max: named, invert }
  const dash = value.indexOf('-')
  const min = parseUnsigned(dash < 0 ? value : value.slice(0, dash), MAX_ID)
  const max = dash < 0 ? min : parseUnsigned(value.slice(dash + 1), MAX_ID)
  if (min === undefined || max === undefined) badRule(`owner: Bad value for "--${option}" option: "${value}"`)
  return { min, max, invert }
}

function printIds(option: string, range: NumberRange | undefined): string {
  if (range === undefined) return ''
  const { min, max, invert } = range
  return `${invert ? ' !' : ''} --${option} ${min === max ? min : `${min}-${max}`}`
}

export const owner: MatchDefinition<OwnerMatch> = {
  kind: 'owner',
  hooks: ['OUTPUT', 'POSTROUTING'],
  options: [
    { names: ['uid-owner'], words: 1, invert: true },
    { names: ['gid-owner'], words: 1, invert: true },
    { names: ['socket-exists'], words: 0, invert: true },
    { names: ['suppl-groups'], words: 0 },
  ],

  parse(options) {
    const names = options.given.map(({ spec }) => spec.names[0])
    const groups = names.indexOf('suppl-groups')
    if (groups >= 0 && !names.slice(0, groups).includes('gid-owner')) {
      badRule('owner: Bad value for "--suppl-groups" option: "you need to use --gid-owner first"')
    }
    options.failWithout('owner: At least one of --uid-owner, --gid-owner or --socket-exists is required')
    const socket = options.find('socket-exists')
    const uid = readIds(options, 'uid-owner', userByName)
    const gid = readIds(options, 'gid-owner', groupByName)
    return {
      kind: 'owner',
      ...(socket && { socketExists: { invert: socket.invert } }),
      ...(uid && { uid }),
      ...(gid && { gid }),
      supplementary: groups >= 0,
    }
  },

  print({ socketExists, uid, gid, supplementary }) {
    return (
      (socketExists === undefined ? '' : `${socketExists.invert ? ' !' : ''} --socket-exists`) +
      printIds('uid-owner', uid) +
      printIds('gid-owner', gid) +
      (supplementary ? ' --suppl-groups' : '')
    )
  },

  check({ uid, gid }) {
    return (uid === undefined || uid.min <= uid.max) && (gid === undefined || gid.min <= gid.max)
  },

  compile({ socketExists, uid, gid }) {
    // nobody owns it: it is not what is denied
    const nobody = uid?.invert !== false && gid?.invert !== false
    const withoutSocket = nobody && socketExists?.invert !== false
    const ofKernel = nobody && socketExists?.invert !== true
    const ofRoot = socketExists?.invert !== true && holds(uid) && holds(gid)
    return ({ socket }) => (socket === 0 ? withoutSocket : socket === KERNEL_SOCKET ? ofKernel : ofRoot)
  },

  explain(_match, { socket }) {
    return socket === 0 ? 'no socket' : socket === KERNEL_SOCKET ? 'a socket of the kernel' : 'uid 0, gid 0'
  },
}

function holds(range: NumberRange | undefined): boolean {
  return range === undefined || (ROOT >= range.min && ROOT <= range.max) !== range.invert
}
