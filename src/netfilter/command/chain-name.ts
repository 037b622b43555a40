import { TARGETS } from '../target/index.ts'
import { badRule } from '../text/errors.ts'
import { UNSUPPORTED_TARGETS } from '../unsupported.ts'

const MAX_LENGTH = 28

/** Refuses what cannot be the name of a chain (iptables/xshared.c, `assert_valid_chain_name`). */
export function checkChainName(name: string): void {
  if (name.length === 0) badRule('chain name too short')
  if (name.length >= MAX_LENGTH + 1) {
    badRule(`chain name \`${name}' too long (must be under ${MAX_LENGTH + 1} chars)`)
  }
  if (name[0] === '-' || name[0] === '!') badRule(`chain name not allowed to start with \`${name[0]}'`)
  if (TARGETS.has(name) || UNSUPPORTED_TARGETS.has(name)) badRule('chain name may not clash with target name')
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) <= 32) badRule(`Invalid chain name \`${name}'`)
  }
}
