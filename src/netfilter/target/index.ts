import type { TargetDefinition } from '../definition.ts'
import { CLASSIFY } from './classify.ts'
import { CONNMARK } from './connmark.ts'
import { CT, NOTRACK } from './ct.ts'
import { DNAT } from './dnat.ts'
import { DSCP } from './dscp.ts'
import { LOG } from './log.ts'
import { MARK } from './mark.ts'
import { MASQUERADE } from './masquerade.ts'
import { NETMAP } from './netmap.ts'
import { NFLOG } from './nflog.ts'
import { REDIRECT } from './redirect.ts'
import { REJECT } from './reject.ts'
import { SET } from './set.ts'
import { SNAT } from './snat.ts'
import { ACCEPT, DROP, RETURN_TARGET } from './standard.ts'
import { TCPMSS } from './tcpmss.ts'
import { TOS } from './tos.ts'
import { TRACE } from './trace.ts'
import { TTL } from './ttl.ts'

/** Every target that is modelled. One more is one more file, and its name here. */
const DEFINITIONS: readonly (readonly [string, TargetDefinition])[] = [
  ['ACCEPT', ACCEPT],
  ['CLASSIFY', CLASSIFY],
  ['CONNMARK', CONNMARK],
  ['CT', CT],
  ['DNAT', DNAT],
  ['DROP', DROP],
  ['DSCP', DSCP],
  ['LOG', LOG],
  ['MARK', MARK],
  ['MASQUERADE', MASQUERADE],
  ['NETMAP', NETMAP],
  ['NFLOG', NFLOG],
  ['NOTRACK', NOTRACK],
  ['REDIRECT', REDIRECT],
  ['REJECT', REJECT],
  ['RETURN', RETURN_TARGET],
  ['SET', SET],
  ['SNAT', SNAT],
  ['TCPMSS', TCPMSS],
  ['TOS', TOS],
  ['TRACE', TRACE],
  ['TTL', TTL],
]

/** By the name behind `-j`. */
export const TARGETS: ReadonlyMap<string, TargetDefinition> = new Map(DEFINITIONS)
