import { badRule } from './errors.ts'

/** As many directions as a rule can give (`IPSET_DIM_MAX`). */
const MAX_DIRECTIONS = 6

/** One side of the packet for each part of an element. */
export type Direction = 'src' | 'dst'

/** A set and the sides of the packet that are sought in it, as `src,dst`. */
export interface SetUse {
  readonly set: string
  readonly directions: readonly Direction[]
}

/** Reads the two words behind `--match-set`, `--add-set` and their like (extensions/libxt_set.h, `parse_dirs`). */
export function parseSetUse(option: string, name: string, text: string): SetUse {
  if (text.startsWith('-')) badRule(`--${option} requires two args.`)
  const words = text.split(',')
  if (words.length > MAX_DIRECTIONS) badRule(`Can't be more src/dst options than ${MAX_DIRECTIONS}.`)
  const directions = words.map((word): Direction => {
    if (word !== 'src' && word !== 'dst') {
      badRule("You must spefify (the comma separated list of) 'src' or 'dst'.")
    }
    return word
  })
  if (name.length > 31) badRule(`setname \`${name}' too long, max 31 characters.`)
  return { set: name, directions }
}

export function formatSetUse({ set, directions }: SetUse): string {
  return `${set} ${directions.join(',')}`
}

/** Bit i: part i (from 0) is the source's. */
export function sourceBits(directions: readonly Direction[]): number {
  return directions.reduce((bits, direction, i) => (direction === 'src' ? bits | (1 << i) : bits), 0)
}
